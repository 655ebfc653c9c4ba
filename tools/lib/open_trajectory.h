#ifndef CPPET_TOOLS_LIB_OPEN_TRAJECTORY_H_
#define CPPET_TOOLS_LIB_OPEN_TRAJECTORY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/tools/lib/column_source.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The name of the trajectory in `file` that `wanted` stands for: its name, or
// its number in alphabetical order, from 0 or, negative, from the end. The last
// one if it is empty.
//
// Errors:
//   kNotFound: there is no such file, or no such trajectory in it; a near name
//     is suggested.
//   Others of StorageService::List.
absl::StatusOr<std::string> ChooseTrajectory(const std::string& file,
                                             const std::string& wanted);

// Loads all of it. `warnings` takes what is left out, one line each. Errors
// likewise, and of StorageService::Load; a lack of memory names the flag of the
// tools that gives more.
absl::StatusOr<std::unique_ptr<Trajectory>> LoadTrajectory(
    const std::string& file, const std::string& wanted,
    const Hdf5ReadOptions& reading, std::vector<std::string>* warnings);

// A trajectory without the results of runs that are columns, and these.
struct TrajectoryWithColumns {
  std::unique_ptr<Trajectory> trajectory;
  ColumnSource columns;
};

// Loads a trajectory likewise, but columns only when they are asked for.
absl::StatusOr<TrajectoryWithColumns> LoadWithColumns(
    const std::string& file, const std::string& wanted,
    const Hdf5ReadOptions& reading, std::vector<std::string>* warnings);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_OPEN_TRAJECTORY_H_
