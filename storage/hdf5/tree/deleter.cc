#include "cppet/storage/hdf5/tree/deleter.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/hdf5/overview/overview.h"
#include "cppet/storage/hdf5/tree/column_nodes.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/storage/hdf5/tree/stored_place.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet::hdf5 {
namespace {

absl::Status Refuse(absl::StatusCode code, absl::string_view name,
                    absl::string_view reason) {
  return absl::Status(code, absl::StrCat(name, " cannot be deleted: ", reason));
}

class Deleter {
 public:
  Deleter(const Trajectory& trajectory, const DeleteOptions& options,
          OpenTrajectory* file)
      : trajectory_(trajectory), options_(options), file_(*file) {}

  // Whether `name` can be deleted, and all that will go with it.
  absl::Status Check(const std::string& name) {
    if (name.empty()) {
      return Refuse(absl::StatusCode::kInvalidArgument, "the root",
                    "DeleteTrajectory does that");
    }
    CPPET_RETURN_IF_ERROR(CheckColumns(name));
    CPPET_ASSIGN_OR_RETURN(const StoredPlace place,
                           FindStored(file_.group(), name));
    if (!place.link.hard) {
      return Refuse(absl::StatusCode::kInvalidArgument, name,
                    "it is a link; DeleteLinks does that");
    }
    CPPET_ASSIGN_OR_RETURN(const Handle id,
                           OpenObject(place.parent.get(), place.link.name));
    if (!options_.items.empty()) return CheckItems(name, id.get());
    return Collect(name, id.get(), 0);
  }

  absl::Status Delete(absl::Span<const std::string> names) {
    for (const std::string& name : names) {
      absl::StatusOr<StoredPlace> place = FindStored(file_.group(), name);
      // It went with another one.
      if (absl::IsNotFound(place.status())) continue;
      CPPET_RETURN_IF_ERROR(place.status());
      CPPET_RETURN_IF_ERROR(DeleteAt(*place));
    }
    if (!options_.items.empty()) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(DeleteLinksTo());
    CPPET_RETURN_IF_ERROR(
        file_.overview().RemoveRows(leaves_, /*comments=*/true));
    for (const auto& [branch, comment] : comments_) {
      CPPET_RETURN_IF_ERROR(MoveComment(branch, comment));
    }
    return file_.overview().Flush();
  }

 private:
  // Rows and columns stay: all of them go with the result that has the tables.
  absl::Status CheckColumns(const std::string& name) const {
    if (name == FirstPart(kColumnsLeaf) || name == kColumnsLeaf) {
      return absl::OkStatus();
    }
    Problems problems(/*leave_out_damaged=*/false, nullptr);
    NodeReaderOptions options;
    options.level = [](absl::string_view) { return LoadLevel::kSkeleton; };
    options.take = [](NodeRead) { return absl::OkStatus(); };
    options.length = file_.runs().size();
    CPPET_ASSIGN_OR_RETURN(
        const int64_t results,
        ReadColumnNodes(file_.group(), name, options, &problems));
    if (results == 0) return absl::OkStatus();
    return Refuse(absl::StatusCode::kFailedPrecondition, name,
                  absl::StrCat("it is a row of a table in ", kColumnsLeaf,
                               ", which can only be deleted as a whole"));
  }

  absl::Status CheckItems(const std::string& name, hid_t id) const {
    if (!IsGroup(id) || !IsLeaf(id) || IsParameter(ReadClassName(id), name)) {
      return Refuse(absl::StatusCode::kInvalidArgument, name,
                    "single items can only be deleted of a result");
    }
    for (const std::string& item : options_.items) {
      if (HasItem(id, item)) continue;
      return StatusAt(id, absl::StrCat("it has no item ", item),
                      absl::StatusCode::kNotFound);
    }
    return absl::OkStatus();
  }

  absl::Status Collect(const std::string& name, hid_t id, int depth) {
    if (!IsGroup(id)) return absl::OkStatus();
    nodes_.insert(name);
    if (IsLeaf(id)) {
      if (IsExplored(id)) {
        return Refuse(absl::StatusCode::kFailedPrecondition, name,
                      "it is explored, and nobody would know what the runs "
                      "were");
      }
      leaves_.insert(name);
      if (std::string comment = ReadComment(id); !comment.empty()) {
        comments_.emplace_back(std::string(FirstPart(name)),
                               std::move(comment));
      }
      return absl::OkStatus();
    }
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(id));
    if (!options_.recursive && !links.empty()) {
      return Refuse(absl::StatusCode::kFailedPrecondition, name,
                    absl::StrCat("it is a group of ", links.size(),
                                 ", which only go with it if that is wished"));
    }
    if (depth > kMaxDepth) {
      return StatusAt(id, "it is too deep", absl::StatusCode::kDataLoss);
    }
    for (const Link& link : links) {
      if (!link.hard) continue;
      CPPET_ASSIGN_OR_RETURN(const Handle child, OpenObject(id, link.name));
      CPPET_RETURN_IF_ERROR(
          Collect(JoinName(name, link.name), child.get(), depth + 1));
    }
    return absl::OkStatus();
  }

  absl::Status DeleteAt(const StoredPlace& place) {
    if (options_.items.empty()) {
      return RemoveLink(place.parent.get(), place.link.name);
    }
    CPPET_ASSIGN_OR_RETURN(const Handle leaf,
                           OpenObject(place.parent.get(), place.link.name));
    for (const std::string& item : options_.items) {
      CPPET_RETURN_IF_ERROR(DeleteItem(leaf.get(), item).status());
    }
    return absl::OkStatus();
  }

  // Those that the trajectory in memory knows.
  absl::Status DeleteLinksTo() {
    std::vector<std::string> links;
    const auto collect = [&](const Node& node) {
      if (!node.is_group()) return;
      for (const auto& [name, target] :
           static_cast<const Group&>(node).links()) {
        if (!nodes_.contains(target->full_name())) continue;
        links.push_back(JoinName(node.full_name(), name));
      }
    };
    collect(trajectory_.root());
    VisitNodes(trajectory_.root(), collect);
    for (const std::string& link : links) {
      absl::StatusOr<StoredPlace> place = FindStored(file_.group(), link);
      if (!place.ok() || place->link.hard) continue;
      CPPET_RETURN_IF_ERROR(RemoveLink(place->parent.get(), place->link.name));
    }
    return absl::OkStatus();
  }

  // To the first leaf of the branch that has it in memory and is stored, if no
  // other one carries it.
  absl::Status MoveComment(const std::string& branch,
                           const std::string& comment) {
    const Node* group = trajectory_.root().Child(branch);
    if (group == nullptr || !group->is_group()) return absl::OkStatus();
    for (const Leaf* leaf : Leaves(static_cast<const Group&>(*group))) {
      const std::string name = leaf->full_name();
      if (leaf->comment() != comment || leaves_.contains(name)) continue;
      absl::StatusOr<StoredPlace> place = FindStored(file_.group(), name);
      if (!place.ok() || !place->link.hard) continue;
      CPPET_ASSIGN_OR_RETURN(const Handle id,
                             OpenObject(place->parent.get(), place->link.name));
      CPPET_ASSIGN_OR_RETURN(const bool moved, AddComment(*leaf, name));
      if (!moved || !ReadComment(id.get()).empty()) return absl::OkStatus();
      return WriteComment(id.get(), comment);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> AddComment(const Leaf& leaf, const std::string& name) {
    if (leaf.kind() == Node::Kind::kResult) {
      return file_.overview().AddComment(ResultEntry(
          name, leaf.comment(), static_cast<const Result&>(leaf).items()));
    }
    ParameterView view;
    const auto& value = static_cast<const Parameter&>(leaf).value();
    if (value.has_value()) view.value = &*value;
    return file_.overview().AddComment(
        ParameterEntry(name, leaf.comment(), view));
  }

  const Trajectory& trajectory_;
  const DeleteOptions& options_;
  OpenTrajectory& file_;
  // What goes: all of it, and the leaves of it.
  absl::flat_hash_set<std::string> nodes_;
  absl::flat_hash_set<std::string> leaves_;
  // Branches and comments of those.
  std::vector<std::pair<std::string, std::string>> comments_;
};

void RemoveItems(const std::vector<std::string>& names, Result* result) {
  Items items;
  for (const auto& item : result->items()) {
    const bool removed = absl::c_any_of(names, [&](const std::string& name) {
      return item.first == name || absl::StartsWith(item.first, name + ".");
    });
    if (!removed) items.push_back(item);
  }
  result->set_items(std::move(items));
}

}  // namespace

absl::Status DeleteStored(const Trajectory& trajectory,
                          absl::Span<const std::string> names,
                          const DeleteOptions& options, OpenTrajectory* file) {
  Deleter deleter(trajectory, options, file);
  for (const std::string& name : names) {
    CPPET_RETURN_IF_ERROR(deleter.Check(name));
  }
  return deleter.Delete(names);
}

void NoteDeleted(absl::Span<const std::string> names,
                 const DeleteOptions& options, Trajectory* trajectory) {
  Tree& tree = trajectory->tree();
  for (const std::string& name : names) {
    Node* node = tree.FindExact(name);
    if (node == nullptr) continue;
    if (!options.items.empty()) {
      if (options.remove_from_trajectory &&
          node->kind() == Node::Kind::kResult) {
        RemoveItems(options.items, static_cast<Result*>(node));
      }
      continue;
    }
    if (options.remove_from_trajectory) {
      trajectory->Remove(name, /*recursive=*/true).IgnoreError();
      continue;
    }
    // What was only in the file is nowhere now; the rest is all that there is.
    std::vector<std::string> gone;
    VisitNodes(*node, [&](const Node& below) {
      if (below.is_group()) return;
      auto& leaf = const_cast<Leaf&>(static_cast<const Leaf&>(below));
      if (!leaf.loaded()) gone.push_back(leaf.full_name());
      leaf.set_in_memory(InMemory::kAll);
    });
    for (const std::string& leaf : gone) {
      trajectory->Remove(leaf).IgnoreError();
    }
  }
}

absl::Status DeleteStoredLinks(absl::Span<const std::string> names,
                               OpenTrajectory* file) {
  for (const std::string& name : names) {
    const absl::StatusOr<StoredPlace> place = FindStored(file->group(), name);
    CPPET_RETURN_IF_ERROR(place.status());
    if (place->link.hard) {
      return StatusAt(file->group(), absl::StrCat(name, " is no link"),
                      absl::StatusCode::kNotFound);
    }
    CPPET_RETURN_IF_ERROR(RemoveLink(place->parent.get(), place->link.name));
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
