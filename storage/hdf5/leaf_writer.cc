#include "cppet/storage/hdf5/leaf_writer.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/handle.h"
#include "cppet/storage/hdf5/item.h"
#include "cppet/storage/hdf5/node_attributes.h"

namespace cppet::hdf5 {
namespace {

// Enough for a cell of an overview table.
constexpr size_t kMaxRepr = 80;

std::string ItemsText(const Items& items) {
  std::string text;
  for (const auto& [name, value] : items) {
    if (text.size() > kMaxRepr) break;
    absl::StrAppend(&text, text.empty() ? "" : ", ", name, "=",
                    PythonRepr(value, kMaxRepr));
  }
  return text;
}

absl::StatusOr<Handle> WriteLeaf(hid_t parent, const LeafView& leaf,
                                 const OverviewEntry& entry,
                                 const Filters& filters, Overview* overview) {
  const std::string name(leaf.full_name.substr(leaf.full_name.rfind('.') + 1));
  CPPET_ASSIGN_OR_RETURN(Handle group, CreateGroup(parent, name, filters));
  CPPET_RETURN_IF_ERROR(WriteLeafClass(group.get(), leaf.class_name));
  CPPET_ASSIGN_OR_RETURN(const bool with_comment, overview->Add(entry));
  if (with_comment || leaf.keep_comment) {
    CPPET_RETURN_IF_ERROR(WriteComment(group.get(), leaf.comment));
  }
  if (leaf.annotations != nullptr) {
    CPPET_RETURN_IF_ERROR(WriteAnnotations(group.get(), *leaf.annotations));
  }
  return group;
}

}  // namespace

absl::Status CheckItemsFit(absl::string_view full_name, const Items& items) {
  for (const auto& [name, value] : items) {
    const auto refuse = [&, &name = name](auto... reason) {
      return absl::InvalidArgumentError(
          absl::StrCat(full_name, ".", name, " cannot be stored: ", reason...));
    };
    if (value.shape().size() > H5S_MAX_RANK) {
      return refuse("it has ", value.shape().size(), " dimensions; ",
                    H5S_MAX_RANK, " are the most");
    }
    if (!absl::StrContains(name, '.')) continue;
    if (absl::StrContains(name, "..") || name.front() == '.' ||
        name.back() == '.') {
      return refuse("its name has an empty part");
    }
    for (const auto& [other, other_value] : items) {
      if (name.size() > other.size() && absl::StartsWith(name, other) &&
          name[other.size()] == '.') {
        return refuse("there is an item ", other, ", too");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status WriteResult(hid_t parent, const LeafView& leaf, const Items& items,
                         const Filters& filters, Overview* overview) {
  OverviewEntry entry;
  entry.full_name = leaf.full_name;
  entry.comment = leaf.comment;
  entry.value = [&items] { return ItemsText(items); };
  CPPET_ASSIGN_OR_RETURN(const Handle group,
                         WriteLeaf(parent, leaf, entry, filters, overview));
  for (const auto& [name, value] : items) {
    CPPET_RETURN_IF_ERROR(WriteItem(group.get(), name, value, filters));
  }
  return absl::OkStatus();
}

absl::Status WriteParameter(hid_t parent, const LeafView& leaf,
                            const ParameterView& parameter,
                            const ParameterPlan& plan, const Filters& filters,
                            Overview* overview) {
  OverviewEntry entry;
  entry.full_name = leaf.full_name;
  entry.comment = leaf.comment;
  entry.range = parameter.range;
  entry.value = [&parameter] {
    return parameter.value == nullptr ? ""
                                      : PythonRepr(*parameter.value, kMaxRepr);
  };
  LeafView stored = leaf;
  stored.class_name = plan.class_name;
  CPPET_ASSIGN_OR_RETURN(const Handle group,
                         WriteLeaf(parent, stored, entry, filters, overview));
  CPPET_RETURN_IF_ERROR(
      WriteParameterValue(group.get(), parameter, plan, filters));
  return WriteParameterRange(group.get(), parameter, plan, filters);
}

}  // namespace cppet::hdf5
