#include "cppet/storage/hdf5/tree/tree_writer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/columns/columns_reader.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/storage/hdf5/tree/class_items.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/tree/stored_place.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/trajectory/names.h"
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

// Adds `node` and the groups below it to `nodes`, if all that they have is
// there. Returns whether that is so.
bool AddGroupsOf(const Node& node, absl::flat_hash_set<const Node*>* nodes) {
  if (!node.is_group()) return nodes->contains(&node);
  const auto& group = static_cast<const Group&>(node);
  bool all = group.links().empty() && group.annotations().empty() &&
             group.comment().empty() && !group.children().empty();
  for (const auto& child : group.children()) {
    all = AddGroupsOf(*child, nodes) && all;
  }
  if (all) nodes->insert(&node);
  return all;
}

// The results of `trajectory` in memory that are columns in the file, and the
// groups with nothing else.
absl::StatusOr<absl::flat_hash_set<const Node*>> NodesInColumns(
    const Trajectory& trajectory, OpenTrajectory* file) {
  absl::flat_hash_set<const Node*> nodes;
  const Node* runs = trajectory.tree().FindExact("results.runs");
  if (runs == nullptr || !runs->is_group()) return nodes;
  CPPET_ASSIGN_OR_RETURN(
      const std::unique_ptr<ColumnsReader> columns,
      ColumnsReader::Open(file->group(), file->runs().size()));
  if (columns == nullptr) return nodes;
  for (size_t table = 0; table + 1 < columns->tables().size(); ++table) {
    CPPET_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                           columns->RunsOf(table));
    const absl::flat_hash_set<int64_t> has_row(rows.begin(), rows.end());
    for (const auto& child : static_cast<const Group*>(runs)->children()) {
      if (!has_row.contains(RunIndex(child->name()))) continue;
      for (size_t i = columns->tables()[table];
           i < columns->tables()[table + 1]; ++i) {
        const Node* leaf = trajectory.tree().FindExact(
            JoinName(child->full_name(), columns->columns()[i].result));
        if (leaf != nullptr && leaf->kind() == Node::Kind::kResult) {
          nodes.insert(leaf);
        }
      }
    }
  }
  AddGroupsOf(*runs, &nodes);
  return nodes;
}

bool IsWritten(const Node& node, const TreeOptions& options) {
  if (node.depth() > options.max_depth) return false;
  return options.selection == nullptr ||
         options.selection->nodes.contains(&node);
}

absl::StatusOr<LeafPlan> PlanLeaf(const Leaf& leaf,
                                  const LeafClasses& classes) {
  const std::string full_name = leaf.full_name();
  LeafPlan plan;
  CPPET_ASSIGN_OR_RETURN(plan.as_items, AsItems(leaf, full_name, classes));
  const Leaf& written = plan.as_items == nullptr ? leaf : *plan.as_items;
  if (leaf.kind() == Node::Kind::kResult) {
    CPPET_RETURN_IF_ERROR(
        CheckItemsFit(full_name, written.class_name(),
                      static_cast<const Result&>(written).items()));
    return plan;
  }
  CPPET_ASSIGN_OR_RETURN(
      plan.parameter,
      PlanParameter(ViewOf(static_cast<const Parameter&>(written), full_name)));
  return plan;
}

class TreeWriter {
 public:
  // `in_columns` has the nodes whose place in the file is a row of a table.
  TreeWriter(const TreePlan& plan, const TreeOptions& options,
             absl::flat_hash_set<const Node*> in_columns, OpenTrajectory* file)
      : plan_(plan),
        options_(options),
        in_columns_(std::move(in_columns)),
        file_(*file) {}

  // Writes what is below `group`, whose own group in the file is `id`.
  absl::Status WriteChildren(const Group& group, hid_t id, bool is_new) {
    absl::flat_hash_set<std::string> present;
    if (!is_new && options_.selection == nullptr) {
      CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(id));
      for (const Link& link : links) present.insert(link.name);
    }
    // Of few nodes each is looked up.
    const auto is_there = [&](const std::string& name) {
      return options_.selection == nullptr ? present.contains(name)
                                           : !is_new && HasLink(id, name);
    };
    for (const std::unique_ptr<Node>& child : group.children()) {
      if (!IsWritten(*child, options_)) continue;
      if (in_columns_.contains(child.get())) {
        CPPET_RETURN_IF_ERROR(CheckStays(*child));
        continue;
      }
      const bool is_present = is_there(child->name());
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
      if (group.depth() >= options_.max_depth || !IsChosen(group, name) ||
          is_there(name)) {
        continue;
      }
      if (in_columns_.contains(target)) {
        return absl::FailedPreconditionError(absl::StrCat(
            JoinName(group.full_name(), name), " is a link to ",
            target->full_name(), ", which is a row of a table of runs"));
      }
      if (!WillBeThere(*target)) continue;
      CPPET_RETURN_IF_ERROR(
          WriteSoftLink(id, name, file_.PathTo(target->full_name())));
    }
    return absl::OkStatus();
  }

  // Shows in the overview what replaced other data.
  absl::Status ShowOverwritten() {
    if (overwritten_.empty()) return absl::OkStatus();
    absl::flat_hash_set<std::string> names;
    for (const Leaf* leaf : overwritten_) names.insert(leaf->full_name());
    CPPET_RETURN_IF_ERROR(
        file_.overview().RemoveRows(names, /*comments=*/false));
    for (const Leaf* leaf : overwritten_) {
      CPPET_RETURN_IF_ERROR(Show(*leaf));
    }
    return absl::OkStatus();
  }

 private:
  // Rows are for good.
  absl::Status CheckStays(const Node& node) const {
    if (options_.level != StoreLevel::kOverwrite ||
        options_.selection == nullptr) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        absl::StrCat(node.full_name(),
                     " is a row of a table of runs, which is not overwritten"));
  }

  bool IsChosen(const Group& group, const std::string& link) const {
    return options_.selection == nullptr ||
           options_.selection->links.contains({&group, link});
  }

  bool WillBeThere(const Node& node) const {
    return IsWritten(node, options_) ||
           FindStored(file_.group(), node.full_name()).ok();
  }

  // The leaf whose data and class are written for `leaf`.
  template <typename LeafType>
  const LeafType& Written(const LeafType& leaf) const {
    const auto it = plan_.find(&leaf);
    if (it == plan_.end() || it->second.as_items == nullptr) return leaf;
    return static_cast<const LeafType&>(*it->second.as_items);
  }

  ParameterView WrittenView(const Leaf& leaf,
                            const std::string& full_name) const {
    return ViewOf(static_cast<const Parameter&>(Written(leaf)), full_name);
  }

  absl::Status Show(const Leaf& leaf) {
    const std::string full_name = leaf.full_name();
    if (leaf.kind() == Node::Kind::kResult) {
      return file_.overview().AddRow(
          ResultEntry(full_name, leaf.comment(),
                      static_cast<const Result&>(Written(leaf)).items()));
    }
    const ParameterView view = WrittenView(leaf, full_name);
    return file_.overview().AddRow(
        ParameterEntry(full_name, leaf.comment(), view));
  }

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
    if (leaf.in_memory() != InMemory::kAll) {
      return absl::FailedPreconditionError(
          absl::StrCat(full_name,
                       " is not wholly in memory and would be stored in part; "
                       "load it, or use CopyTrajectory"));
    }
    LeafView view;
    view.full_name = full_name;
    view.class_name = Written(leaf).class_name();
    view.comment = leaf.comment();
    view.annotations = &leaf.annotations();
    if (leaf.kind() == Node::Kind::kResult) {
      return WriteResult(parent, view,
                         static_cast<const Result&>(Written(leaf)).items(),
                         file_.item_format(), &file_.overview());
    }
    return WriteParameter(parent, view, WrittenView(leaf, full_name),
                          plan_.at(&leaf).parameter, file_.item_format(),
                          &file_.overview());
  }

  absl::Status UpdateLeaf(const Leaf& leaf, hid_t parent) {
    CPPET_ASSIGN_OR_RETURN(const Handle id, OpenObject(parent, leaf.name()));
    if (!IsGroup(id.get()) || !IsLeaf(id.get())) {
      return StatusAt(id.get(), "it is a group in the file, with no data",
                      absl::StatusCode::kAlreadyExists);
    }
    if (options_.level == StoreLevel::kSkip) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(WriteAnnotations(id.get(), leaf.annotations()));
    const bool overwrite = options_.level == StoreLevel::kOverwrite;
    if (leaf.kind() == Node::Kind::kParameter) {
      const auto& parameter = static_cast<const Parameter&>(leaf);
      if (overwrite && options_.overwrite_items.empty() &&
          leaf.in_memory() == InMemory::kAll) {
        return OverwriteParameter(parameter, id.get());
      }
      return UpdateRange(parameter, id.get());
    }
    const auto& result = static_cast<const Result&>(leaf);
    if (&Written(result) != &result) return UpdateObject(result, id.get());
    if (overwrite) return OverwriteResult(result, id.get());
    // The class of what is there stands.
    return WriteItems(id.get(), ReadClassName(id.get()), result.items(),
                      file_.item_format());
  }

  absl::Status OverwriteParameter(const Parameter& parameter, hid_t id) {
    const std::string full_name = parameter.full_name();
    if (IsExplored(id) && !parameter.explored()) {
      return StatusAt(id,
                      absl::StrCat(full_name,
                                   " is explored there, and not in "
                                   "memory; load it before"),
                      absl::StatusCode::kFailedPrecondition);
    }
    CPPET_RETURN_IF_ERROR(Rewrite(WrittenView(parameter, full_name),
                                  plan_.at(&parameter).parameter, id));
    overwritten_.push_back(&parameter);
    return absl::OkStatus();
  }

  // Writes all data of a parameter in the place of what it has.
  absl::Status Rewrite(const ParameterView& view, const ParameterPlan& plan,
                       hid_t id) {
    CPPET_RETURN_IF_ERROR(DeleteLeafData(id));
    CPPET_RETURN_IF_ERROR(UpdateLeafClass(id, plan.class_name));
    CPPET_RETURN_IF_ERROR(
        WriteParameterValue(id, view, plan, file_.item_format()));
    return WriteParameterRange(id, view, plan, file_.item_format());
  }

  // Writes the one value of a result, which is of a class, unless it has one
  // already that is not to be overwritten.
  absl::Status UpdateObject(const Result& result, hid_t id) {
    const Result& written = Written(result);
    const std::string class_name = ReadClassName(id);
    const bool overwrite =
        options_.level == StoreLevel::kOverwrite &&
        (options_.overwrite_items.empty() ||
         absl::c_linear_search(options_.overwrite_items, result.name()));
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(id));
    const bool is_there =
        !links.empty() &&
        (class_name == written.class_name() || HasItem(id, result.name()));
    if (is_there && !overwrite) return absl::OkStatus();
    if (class_name == written.class_name()) {
      CPPET_RETURN_IF_ERROR(DeleteLeafData(id));
    } else {
      for (const char* name : {result.name().c_str(), kPickleProtocolItem}) {
        CPPET_RETURN_IF_ERROR(DeleteItem(id, name).status());
      }
      CPPET_ASSIGN_OR_RETURN(const std::vector<Link> left, ListLinks(id));
      if (!left.empty()) return RefuseClass(written.class_name(), id);
      CPPET_RETURN_IF_ERROR(UpdateLeafClass(id, written.class_name()));
    }
    CPPET_RETURN_IF_ERROR(WriteItems(id, written.class_name(), written.items(),
                                     file_.item_format()));
    overwritten_.push_back(&result);
    return absl::OkStatus();
  }

  static absl::Status RefuseClass(const std::string& wanted, hid_t id) {
    return StatusAt(id,
                    absl::StrCat("it has other data, with which it can be no ",
                                 wanted, "; delete that before"),
                    absl::StatusCode::kFailedPrecondition);
  }

  absl::Status OverwriteResult(const Result& result, hid_t id) {
    if (!result.loaded()) return absl::OkStatus();
    for (const auto& [name, value] : result.items()) {
      if (!options_.overwrite_items.empty() &&
          !absl::c_linear_search(options_.overwrite_items, name)) {
        continue;
      }
      CPPET_RETURN_IF_ERROR(DeleteItem(id, name).status());
    }
    CPPET_ASSIGN_OR_RETURN(const std::vector<Link> left, ListLinks(id));
    std::string class_name = ReadClassName(id);
    const std::string wanted = ResultClassFor(class_name, result.items());
    if (wanted != class_name) {
      // The class says how all items are kept.
      if (!left.empty() && wanted != kSparseResult) {
        return RefuseClass(wanted, id);
      }
      CPPET_RETURN_IF_ERROR(UpdateLeafClass(id, wanted));
      class_name = wanted;
    }
    CPPET_RETURN_IF_ERROR(
        WriteItems(id, class_name, result.items(), file_.item_format()));
    overwritten_.push_back(&result);
    return absl::OkStatus();
  }

  absl::Status UpdateRange(const Parameter& parameter, hid_t id) {
    if (parameter.range() == nullptr) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const int64_t stored, StoredRangeLength(id));
    if (stored == parameter.range()->size()) return absl::OkStatus();
    const std::string full_name = parameter.full_name();
    const ParameterView view = WrittenView(parameter, full_name);
    const ParameterPlan& plan = plan_.at(&parameter).parameter;
    if (view.value != nullptr && plan.class_name != ReadClassName(id)) {
      CPPET_RETURN_IF_ERROR(Rewrite(view, plan, id));
    } else {
      CPPET_RETURN_IF_ERROR(DeleteParameterRange(id));
      CPPET_RETURN_IF_ERROR(
          WriteParameterRange(id, view, plan, file_.item_format()));
    }
    if (stored > 0) return absl::OkStatus();
    return file_.overview().AddExplored(
        ParameterEntry(full_name, parameter.comment(), view));
  }

  const TreePlan& plan_;
  const TreeOptions& options_;
  const absl::flat_hash_set<const Node*> in_columns_;
  OpenTrajectory& file_;
  std::vector<const Leaf*> overwritten_;
};

}  // namespace

absl::StatusOr<TreePlan> PlanTree(const Trajectory& trajectory,
                                  const TreeOptions& options) {
  TreePlan plan;
  absl::Status status;
  VisitNodes(trajectory.root(), [&](const Node& node) {
    if (!status.ok() || node.is_group() || !IsWritten(node, options)) return;
    absl::StatusOr<LeafPlan> one =
        PlanLeaf(static_cast<const Leaf&>(node), options.classes);
    status = one.status();
    const bool is_result = node.kind() == Node::Kind::kResult;
    if (!one.ok() || (is_result && one->as_items == nullptr)) return;
    plan.emplace(&node, *std::move(one));
  });
  if (!status.ok()) return status;
  return plan;
}

absl::Status WriteTree(const Trajectory& trajectory, const TreePlan& plan,
                       const TreeOptions& options, OpenTrajectory* file) {
  CPPET_RETURN_IF_ERROR(
      WriteAnnotations(file->group(), trajectory.root().annotations()));
  CPPET_ASSIGN_OR_RETURN(absl::flat_hash_set<const Node*> in_columns,
                         NodesInColumns(trajectory, file));
  TreeWriter writer(plan, options, std::move(in_columns), file);
  CPPET_RETURN_IF_ERROR(writer.WriteChildren(trajectory.root(), file->group(),
                                             /*is_new=*/false));
  return writer.ShowOverwritten();
}

}  // namespace cppet::hdf5
