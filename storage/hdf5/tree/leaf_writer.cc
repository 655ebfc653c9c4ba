#include "cppet/storage/hdf5/tree/leaf_writer.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/tree/leaf_text.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

absl::StatusOr<Handle> WriteLeaf(hid_t parent, const LeafView& leaf,
                                 const OverviewEntry& entry,
                                 const Filters& filters, Overview* overview) {
  const std::string name(LastPart(leaf.full_name));
  CPPET_ASSIGN_OR_RETURN(Handle group, CreateGroup(parent, name, filters));
  CPPET_RETURN_IF_ERROR(WriteLeafClass(group.get(), leaf.class_name));
  bool with_comment = leaf.keep_comment;
  if (overview != nullptr) {
    CPPET_ASSIGN_OR_RETURN(const bool is_first, overview->Add(entry));
    with_comment = with_comment || is_first;
  }
  if (with_comment) {
    CPPET_RETURN_IF_ERROR(WriteComment(group.get(), leaf.comment));
  }
  if (leaf.annotations != nullptr) {
    CPPET_RETURN_IF_ERROR(WriteAnnotations(group.get(), *leaf.annotations));
  }
  return group;
}

}  // namespace

OverviewEntry ResultEntry(absl::string_view full_name,
                          absl::string_view comment, const Items& items) {
  OverviewEntry entry;
  entry.full_name = full_name;
  entry.comment = comment;
  entry.value = [&items] { return ItemsText(items); };
  return entry;
}

OverviewEntry ParameterEntry(absl::string_view full_name,
                             absl::string_view comment,
                             const ParameterView& parameter) {
  OverviewEntry entry;
  entry.full_name = full_name;
  entry.comment = comment;
  entry.range = parameter.range;
  entry.value = [&parameter] { return ValueText(parameter.value); };
  return entry;
}

absl::Status WriteResult(hid_t parent, const LeafView& leaf, const Items& items,
                         const ItemFormat& format, Overview* overview) {
  const OverviewEntry entry = ResultEntry(leaf.full_name, leaf.comment, items);
  const std::string class_name = ResultClassFor(leaf.class_name, items);
  LeafView stored = leaf;
  stored.class_name = class_name;
  CPPET_ASSIGN_OR_RETURN(
      const Handle group,
      WriteLeaf(parent, stored, entry, format.filters, overview));
  return WriteItems(group.get(), class_name, items, format);
}

absl::Status WriteParameter(hid_t parent, const LeafView& leaf,
                            const ParameterView& parameter,
                            const ParameterPlan& plan, const ItemFormat& format,
                            Overview* overview) {
  const OverviewEntry entry =
      ParameterEntry(leaf.full_name, leaf.comment, parameter);
  LeafView stored = leaf;
  stored.class_name = plan.class_name;
  CPPET_ASSIGN_OR_RETURN(
      const Handle group,
      WriteLeaf(parent, stored, entry, format.filters, overview));
  CPPET_RETURN_IF_ERROR(
      WriteParameterValue(group.get(), parameter, plan, format));
  return WriteParameterRange(group.get(), parameter, plan, format);
}

ParameterView ParameterOf(absl::string_view full_name, const LeafRecord& leaf) {
  ParameterView parameter;
  parameter.full_name = full_name;
  parameter.class_name = leaf.head->class_name;
  if (!leaf.items.empty()) parameter.value = &leaf.items[0].second;
  return parameter;
}

absl::Status WriteLeafOfRun(hid_t parent, absl::string_view full_name,
                            const LeafRecord& leaf, bool with_comment,
                            const ItemFormat& format) {
  LeafView view;
  view.full_name = full_name;
  view.class_name = leaf.head->class_name;
  view.comment = leaf.head->comment;
  view.annotations = &leaf.head->annotations;
  view.keep_comment = with_comment;
  if (leaf.head->kind == Node::Kind::kResult) {
    return WriteResult(parent, view, leaf.items, format, /*overview=*/nullptr);
  }
  const ParameterView parameter = ParameterOf(full_name, leaf);
  CPPET_ASSIGN_OR_RETURN(const ParameterPlan plan, PlanParameter(parameter));
  return WriteParameter(parent, view, parameter, plan, format,
                        /*overview=*/nullptr);
}

}  // namespace cppet::hdf5
