#include "cppet/storage/hdf5/values/class_names.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

// Old files do not always name the class.
constexpr absl::string_view kParameters[] = {
    "", "Parameter", "ArrayParameter", "SparseParameter", "PickleParameter"};
constexpr absl::string_view kResults[] = {"", "Result", "SparseResult",
                                          "PickleResult", "SharedResult"};

}  // namespace

bool IsPypetParameter(absl::string_view class_name) {
  return absl::c_linear_search(kParameters, class_name);
}

bool IsPypetResult(absl::string_view class_name) {
  return absl::c_linear_search(kResults, class_name);
}

bool IsParameter(absl::string_view class_name, absl::string_view full_name) {
  if (!class_name.empty()) {
    if (IsPypetParameter(class_name)) return true;
    if (IsPypetResult(class_name)) return false;
  }
  const absl::string_view branch = FirstPart(full_name);
  if (branch == "config" || branch == "parameters" ||
      branch == "derived_parameters") {
    return true;
  }
  return branch != "results" && absl::StrContains(class_name, "Parameter");
}

}  // namespace cppet::hdf5
