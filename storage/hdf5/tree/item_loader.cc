#include "cppet/storage/hdf5/tree/item_loader.h"

#include <cstddef>
#include <cstdint>
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
#include "cppet/storage/hdf5/overview/explorations.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tree/column_nodes.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/nodes_read.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/storage/hdf5/tree/stored_place.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet::hdf5 {
namespace {

// Whether `item` is one of `names`, or below one of them.
bool IsAmong(absl::string_view item, const std::vector<std::string>& names) {
  return absl::c_any_of(names, [item](const std::string& name) {
    return item == name || absl::StartsWith(item, name + ".");
  });
}

// Reads all that is asked for before anything in memory changes.
class ItemLoader {
 public:
  ItemLoader(hid_t group, const LoadItemsOptions& options,
             const LeafClasses& classes, Trajectory* trajectory)
      : group_(group),
        options_(options),
        classes_(classes),
        trajectory_(*trajectory),
        problems_(options.leave_out_damaged, options.warnings),
        nodes_(NodeOptions(), &problems_) {}

  absl::Status Read(const std::string& name) {
    const absl::StatusOr<StoredPlace> place = FindStored(group_, name);
    const size_t before = read_.size();
    if (place.ok()) {
      CPPET_RETURN_IF_ERROR(ReadGroupsAbove(name));
      CPPET_RETURN_IF_ERROR(ReadAt(name, *place));
    } else if (!absl::IsNotFound(place.status())) {
      return place.status();
    }
    CPPET_ASSIGN_OR_RETURN(
        const int64_t in_columns,
        ReadColumnNodes(group_, name, nodes_.options(), &problems_));
    if (in_columns == 0) CPPET_RETURN_IF_ERROR(place.status());
    CPPET_RETURN_IF_ERROR(refused_);
    if (options_.recursive || read_.size() == before) return absl::OkStatus();
    return CheckHasOnly(name, read_.back());
  }

  absl::Status Apply() {
    CPPET_ASSIGN_OR_RETURN(const Handle overview,
                           OpenObject(group_, kOverview));
    CPPET_ASSIGN_OR_RETURN(
        const std::optional<std::vector<std::string>> explored,
        ReadExplorations(overview.get()));
    for (NodeRead& read : read_) Merge(std::move(read));
    CPPET_RETURN_IF_ERROR(
        AddLinks(group_, nodes_.links(), &trajectory_, &problems_));
    RestoreExploration(explored.value_or(nodes_.explored()));
    return absl::OkStatus();
  }

 private:
  bool in_parts() const {
    return !options_.only.empty() || !options_.except.empty();
  }
  bool Wanted(absl::string_view item) const {
    return options_.only.empty() ? !IsAmong(item, options_.except)
                                 : IsAmong(item, options_.only);
  }

  Node* InMemory(absl::string_view full_name) const {
    return trajectory_.tree().FindExact(full_name);
  }

  NodeReaderOptions NodeOptions() {
    NodeReaderOptions options;
    options.level = [this](absl::string_view name) { return LevelOf(name); };
    options.take = [this](NodeRead read) {
      const absl::Status fits = CheckFits(read);
      if (!fits.ok() && refused_.ok()) refused_ = fits;
      read_.push_back(std::move(read));
      return absl::OkStatus();
    };
    if (in_parts()) {
      options.wanted = [this](absl::string_view item) { return Wanted(item); };
    }
    options.classes = classes_;
    options.length = trajectory_.length();
    options.max_depth = options_.recursive ? options_.max_depth : 1;
    return options;
  }

  LoadLevel LevelOf(absl::string_view full_name) {
    const Node* node = InMemory(full_name);
    if (node == nullptr || node->is_group()) return options_.level;
    const auto& leaf = static_cast<const Leaf&>(*node);
    if (options_.level <= LoadLevel::kSkeleton) return LoadLevel::kNothing;
    if (node->kind() == Node::Kind::kParameter) {
      const auto& parameter = static_cast<const Parameter&>(leaf);
      if (parameter.locked() && parameter.value().has_value()) {
        if (in_parts() && refused_.ok()) {
          refused_ = absl::FailedPreconditionError(
              absl::StrCat(full_name,
                           " is locked and has a value, so that no part of it "
                           "is loaded; unlock it before"));
        }
        return LoadLevel::kNothing;
      }
    }
    const bool keep = options_.level == LoadLevel::kData &&
                      leaf.in_memory() == cppet::InMemory::kAll;
    return keep ? LoadLevel::kNothing : options_.level;
  }

  // Whether `read` can be merged.
  absl::Status CheckFits(const NodeRead& read) const {
    const std::string full_name = JoinName(read.parent, read.node->name());
    const Node* node = InMemory(full_name);
    if (node == nullptr) return trajectory_.tree().CheckFree(full_name);
    if (node->kind() == read.node->kind()) return absl::OkStatus();
    return StatusAt(
        group_,
        absl::StrCat(full_name, " is something else here than in memory"),
        absl::StatusCode::kAlreadyExists);
  }

  absl::Status ReadGroupsAbove(const std::string& name) {
    for (size_t dot = name.find('.'); dot != std::string::npos;
         dot = name.find('.', dot + 1)) {
      const std::string group = name.substr(0, dot);
      if (InMemory(group) != nullptr) continue;
      CPPET_ASSIGN_OR_RETURN(const StoredPlace place,
                             FindStored(group_, group));
      CPPET_ASSIGN_OR_RETURN(const Handle id,
                             OpenObject(place.parent.get(), place.link.name));
      CPPET_RETURN_IF_ERROR(nodes_.ReadGroup(id.get(), group));
    }
    return absl::OkStatus();
  }

  absl::Status ReadAt(const std::string& name, const StoredPlace& place) {
    const std::string parent(ParentPart(name));
    if (place.link.hard) CPPET_RETURN_IF_ERROR(CheckLength(name, place));
    return nodes_.Read(place.parent.get(), parent, place.link);
  }

  // A range of another length than that of the trajectory is no damage here.
  absl::Status CheckLength(const std::string& name, const StoredPlace& place) {
    CPPET_ASSIGN_OR_RETURN(const Handle id,
                           OpenObject(place.parent.get(), place.link.name));
    if (!IsGroup(id.get()) || !IsExplored(id.get())) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const int64_t length, StoredRangeLength(id.get()));
    if (length == 0 || length == trajectory_.length()) return absl::OkStatus();
    return StatusAt(id.get(),
                    absl::StrCat(name, " is explored in ", length,
                                 " runs there and the trajectory has ",
                                 trajectory_.length()),
                    absl::StatusCode::kFailedPrecondition);
  }

  absl::Status CheckHasOnly(const std::string& name,
                            const NodeRead& read) const {
    if (read.node->kind() != Node::Kind::kResult) return absl::OkStatus();
    const Items& items = static_cast<const Result&>(*read.node).items();
    for (const std::string& item : options_.only) {
      const auto is_it = [&](absl::string_view there) {
        return IsAmong(there, {item});
      };
      if (absl::c_any_of(
              items, [&](const auto& there) { return is_it(there.first); }) ||
          absl::c_any_of(read.left_out, is_it)) {
        continue;
      }
      return StatusAt(group_, absl::StrCat(name, " has no item ", item),
                      absl::StatusCode::kNotFound);
    }
    return absl::OkStatus();
  }

  void Merge(NodeRead read) {
    const std::string full_name = JoinName(read.parent, read.node->name());
    Node* node = InMemory(full_name);
    if (node == nullptr || node->is_group()) {
      // What can be wrong was looked for.
      AddNode(std::move(read), &trajectory_).IgnoreError();
      return;
    }
    if (options_.level < LoadLevel::kData) return;
    if (node->kind() == Node::Kind::kResult) {
      MergeResult(read, static_cast<Result*>(node));
      return;
    }
    auto& from = static_cast<Parameter&>(*read.node);
    auto* to = static_cast<Parameter*>(node);
    std::optional<Range> range;
    if (from.range() != nullptr) range = *from.range();
    to->Restore(from.value(), std::move(range));
    to->set_in_memory(from.in_memory());
    to->Lock();
  }

  void MergeResult(const NodeRead& read, Result* to) {
    const Items& from = static_cast<const Result&>(*read.node).items();
    const bool replace = options_.level == LoadLevel::kOverwrite;
    Items items;
    if (!replace || in_parts()) items = to->items();
    for (const auto& [name, value] : from) {
      const auto there = absl::c_find_if(
          items,
          [&name = name](const auto& item) { return item.first == name; });
      if (there == items.end()) {
        items.emplace_back(name, value);
      } else if (replace) {
        there->second = value;
      }
    }
    to->set_items(std::move(items));
    const bool all = absl::c_all_of(read.left_out, [to](const auto& name) {
      return to->Item(name) != nullptr;
    });
    to->set_in_memory(all ? cppet::InMemory::kAll : cppet::InMemory::kPart);
  }

  // What is explored is so in the order of the file.
  void RestoreExploration(const std::vector<std::string>& stored) {
    const std::vector<std::string> present = trajectory_.explored_names();
    const absl::flat_hash_set<std::string> known(present.begin(),
                                                 present.end());
    std::vector<std::string> names;
    for (const std::string& name : stored) {
      const Node* node = InMemory(name);
      const bool explored = node != nullptr &&
                            node->kind() == Node::Kind::kParameter &&
                            static_cast<const Parameter&>(*node).explored();
      if (explored || known.contains(name)) names.push_back(name);
    }
    for (const std::string& name : present) {
      if (!absl::c_linear_search(names, name)) names.push_back(name);
    }
    trajectory_.set_explored_names(std::move(names));
  }

  const hid_t group_;
  const LoadItemsOptions& options_;
  const LeafClasses& classes_;
  Trajectory& trajectory_;
  Problems problems_;
  NodeReader nodes_;
  std::vector<NodeRead> read_;
  // Why nothing may be loaded.
  absl::Status refused_;
};

}  // namespace

absl::Status LoadStoredItems(hid_t group, absl::Span<const std::string> names,
                             const LoadItemsOptions& options,
                             const LeafClasses& classes,
                             Trajectory* trajectory) {
  if (!options.only.empty() && !options.except.empty()) {
    return absl::InvalidArgumentError(
        "items to load are either named, or those that are not loaded");
  }
  if (options.level == LoadLevel::kNothing) return absl::OkStatus();
  ItemLoader loader(group, options, classes, trajectory);
  for (const std::string& name : names) {
    CPPET_RETURN_IF_ERROR(loader.Read(name));
  }
  return loader.Apply();
}

absl::Status LoadStoredSkeleton(hid_t group, Trajectory* trajectory) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  std::vector<std::string> names;
  for (const Link& link : links) {
    if (link.name != kOverview) names.push_back(link.name);
  }
  LoadItemsOptions options;
  options.level = LoadLevel::kSkeleton;
  options.recursive = true;
  return LoadStoredItems(group, names, options, {}, trajectory);
}

}  // namespace cppet::hdf5
