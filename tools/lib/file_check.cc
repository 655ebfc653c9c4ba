#include "cppet/tools/lib/file_check.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

void CheckTrajectory(const Trajectory& trajectory,
                     std::vector<std::string>& problems) {
  for (const Parameter* parameter : trajectory.explored()) {
    const int64_t points =
        parameter->range() == nullptr ? 0 : parameter->range()->size();
    if (points != trajectory.length()) {
      problems.push_back(absl::StrCat(
          trajectory.name(), ": ", parameter->full_name(), " is explored at ",
          points, " points, but there are ", trajectory.length(), " runs"));
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CheckFile(
    const std::string& filename) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                         OpenHdf5Storage(filename));
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage->List());
  std::vector<std::string> problems;
  for (const std::string& name : names) {
    const absl::StatusOr<std::unique_ptr<Trajectory>> trajectory =
        storage->Load(name, LoadAll());
    if (trajectory.ok()) {
      CheckTrajectory(**trajectory, problems);
    } else {
      problems.push_back(
          absl::StrCat(name, ": ", trajectory.status().message()));
    }
  }
  CPPET_RETURN_IF_ERROR(storage->Close());
  return problems;
}

}  // namespace cppet
