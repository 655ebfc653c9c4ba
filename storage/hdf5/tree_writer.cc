#include "cppet/storage/hdf5/tree_writer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/items.h"
#include "cppet/storage/hdf5/leaf_writer.h"
#include "cppet/storage/hdf5/node_attributes.h"
#include "cppet/trajectory/tree.h"

namespace cppet::hdf5 {
namespace {

ParameterView ViewOf(const Parameter& parameter, const std::string& full_name) {
  ParameterView view;
  view.full_name = full_name;
  view.class_name = parameter.class_name();
  if (parameter.value().has_value()) view.value = &*parameter.value();
  view.range = parameter.range();
  return view;
}

class TreeWriter {
 public:
  TreeWriter(const TreePlan& plan, OpenTrajectory* file)
      : plan_(plan), file_(*file) {}

  // Writes what is below `group`, whose own group in the file is `id`.
  absl::Status WriteChildren(const Group& group, hid_t id, bool is_new) {
    absl::flat_hash_set<std::string> present;
    if (!is_new) {
      CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(id));
      for (const Link& link : links) present.insert(link.name);
    }
    for (const std::unique_ptr<Node>& child : group.children()) {
      const bool is_present = present.contains(child->name());
      if (child->is_group()) {
        CPPET_RETURN_IF_ERROR(
            WriteGroup(static_cast<const Group&>(*child), id, is_present));
      } else if (is_present) {
        CPPET_RETURN_IF_ERROR(UpdateLeaf(static_cast<const Leaf&>(*child), id));
      } else {
        CPPET_RETURN_IF_ERROR(WriteLeaf(static_cast<const Leaf&>(*child), id));
      }
    }
    for (const auto& [name, target] : group.links()) {
      if (present.contains(name)) continue;
      CPPET_RETURN_IF_ERROR(
          WriteSoftLink(id, name, file_.PathTo(target->full_name())));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status WriteGroup(const Group& group, hid_t parent, bool is_present) {
    Handle id;
    if (is_present) {
      CPPET_ASSIGN_OR_RETURN(id, OpenObject(parent, group.name()));
      if (!IsGroup(id.get()) || IsLeaf(id.get())) {
        return StatusAt(id.get(), "it is no group in the file",
                        absl::StatusCode::kAlreadyExists);
      }
    } else {
      CPPET_ASSIGN_OR_RETURN(
          id, CreateGroup(parent, group.name(), file_.filters()));
    }
    if (!is_present) {
      CPPET_RETURN_IF_ERROR(WriteGroupClass(id.get(), group.class_name()));
    }
    if (!is_present || ReadComment(id.get()).empty()) {
      CPPET_RETURN_IF_ERROR(WriteComment(id.get(), group.comment()));
    }
    CPPET_RETURN_IF_ERROR(WriteAnnotations(id.get(), group.annotations()));
    return WriteChildren(group, id.get(), !is_present);
  }

  absl::Status WriteLeaf(const Leaf& leaf, hid_t parent) {
    const std::string full_name = leaf.full_name();
    LeafView view;
    view.full_name = full_name;
    view.class_name = leaf.class_name();
    view.comment = leaf.comment();
    view.annotations = &leaf.annotations();
    if (leaf.kind() == Node::Kind::kResult) {
      return WriteResult(parent, view, static_cast<const Result&>(leaf).items(),
                         file_.item_format(), &file_.overview());
    }
    return WriteParameter(
        parent, view, ViewOf(static_cast<const Parameter&>(leaf), full_name),
        plan_.at(&leaf), file_.filters(), &file_.overview());
  }

  absl::Status UpdateLeaf(const Leaf& leaf, hid_t parent) {
    CPPET_ASSIGN_OR_RETURN(const Handle id, OpenObject(parent, leaf.name()));
    if (!IsGroup(id.get()) || !IsLeaf(id.get())) {
      return StatusAt(id.get(), "it is a group in the file, with no data",
                      absl::StatusCode::kAlreadyExists);
    }
    CPPET_RETURN_IF_ERROR(WriteAnnotations(id.get(), leaf.annotations()));
    if (leaf.kind() == Node::Kind::kParameter) {
      return UpdateRange(static_cast<const Parameter&>(leaf), id.get());
    }
    const Items& items = static_cast<const Result&>(leaf).items();
    // The class of what is there stands.
    return WriteItems(id.get(), ReadClassName(id.get()), items,
                      file_.item_format());
  }

  absl::Status UpdateRange(const Parameter& parameter, hid_t id) {
    if (parameter.range() == nullptr) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const int64_t stored, StoredRangeLength(id));
    if (stored == parameter.range()->size()) return absl::OkStatus();
    const std::string full_name = parameter.full_name();
    const ParameterView view = ViewOf(parameter, full_name);
    CPPET_RETURN_IF_ERROR(DeleteParameterRange(id));
    CPPET_RETURN_IF_ERROR(
        WriteParameterRange(id, view, plan_.at(&parameter), file_.filters()));
    if (stored > 0) return absl::OkStatus();
    OverviewEntry entry;
    entry.full_name = full_name;
    entry.comment = parameter.comment();
    entry.range = parameter.range();
    entry.value = [&view] {
      return view.value == nullptr ? "" : PythonRepr(*view.value);
    };
    return file_.overview().AddExplored(entry);
  }

  const TreePlan& plan_;
  OpenTrajectory& file_;
};

}  // namespace

absl::StatusOr<TreePlan> PlanTree(const Trajectory& trajectory) {
  TreePlan plan;
  absl::Status status;
  VisitNodes(trajectory.root(), [&](const Node& node) {
    if (!status.ok() || node.is_group()) return;
    const std::string full_name = node.full_name();
    if (node.kind() == Node::Kind::kResult) {
      const auto& result = static_cast<const Result&>(node);
      status = CheckItemsFit(full_name, result.class_name(), result.items());
      return;
    }
    absl::StatusOr<ParameterPlan> one =
        PlanParameter(ViewOf(static_cast<const Parameter&>(node), full_name));
    status = one.status();
    if (one.ok()) plan.emplace(&node, *std::move(one));
  });
  if (!status.ok()) return status;
  return plan;
}

absl::Status WriteTree(const Trajectory& trajectory, const TreePlan& plan,
                       OpenTrajectory* file) {
  CPPET_RETURN_IF_ERROR(
      WriteAnnotations(file->group(), trajectory.root().annotations()));
  return TreeWriter(plan, file)
      .WriteChildren(trajectory.root(), file->group(),
                     /*is_new=*/false);
}

}  // namespace cppet::hdf5
