#include "cppet/storage/hdf5/merge/range_update.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/overview/overview.h"
#include "cppet/storage/hdf5/tree/leaf_text.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/storage/hdf5/values/parameter_plan.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

// Removes the value and the range from the group of a leaf.
absl::Status RemoveData(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  for (const Link& link : links) {
    if (H5Ldelete(leaf, link.name.c_str(), H5P_DEFAULT) < 0) {
      return ErrorAt(leaf, "cannot remove its data");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status UpdateRange(const Parameter& parameter, OpenTrajectory* file) {
  const std::string full_name = parameter.full_name();
  ParameterView view;
  view.full_name = full_name;
  view.class_name = parameter.class_name();
  view.value = &*parameter.value();
  view.range = parameter.range();
  CPPET_ASSIGN_OR_RETURN(const ParameterPlan plan, PlanParameter(view));
  CPPET_ASSIGN_OR_RETURN(
      const Handle leaf,
      OpenObject(file->group(), absl::StrReplaceAll(full_name, {{".", "/"}})));
  if (plan.class_name == parameter.class_name()) {
    CPPET_RETURN_IF_ERROR(DeleteParameterRange(leaf.get()));
  } else {
    CPPET_RETURN_IF_ERROR(RemoveData(leaf.get()));
    CPPET_RETURN_IF_ERROR(UpdateLeafClass(leaf.get(), plan.class_name));
    CPPET_RETURN_IF_ERROR(
        WriteParameterValue(leaf.get(), view, plan, file->item_format()));
  }
  CPPET_RETURN_IF_ERROR(
      WriteParameterRange(leaf.get(), view, plan, file->item_format()));
  if (!absl::StartsWith(full_name, "parameters.")) return absl::OkStatus();
  OverviewEntry entry;
  entry.full_name = full_name;
  entry.comment = parameter.comment();
  entry.range = parameter.range();
  entry.value = [&view] { return ValueText(view.value); };
  return file->overview().UpdateExplored(entry);
}

}  // namespace cppet::hdf5
