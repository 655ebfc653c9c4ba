#ifndef CPPET_STORAGE_HDF5_TREE_TRAJECTORY_READER_H_
#define CPPET_STORAGE_HDF5_TREE_TRAJECTORY_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The trajectories in the group `root` of a file, sorted.
absl::StatusOr<std::vector<std::string>> ListTrajectories(hid_t root);

// Errors:
//   kNotFound: there is no trajectory `name` in `root`; says which there are.
absl::Status CheckTrajectoryIsThere(hid_t root, absl::string_view name);

// Reads the trajectory `name`, which is in `root`, with values of `classes`.
// Nothing in the file is trusted.
//
// Errors:
//   kInvalidArgument: the options do not go together.
//   kUnimplemented: its tables need a filter that HDF5 does not have here.
//   kDataLoss: it is damaged; says where.
absl::StatusOr<std::unique_ptr<Trajectory>> ReadTrajectory(
    hid_t root, const std::string& name, const LoadOptions& options,
    const LeafClasses& classes = {});

// Reads the settings that it was written with. Errors as ReadTrajectory.
absl::StatusOr<Hdf5Settings> ReadSettings(hid_t root, const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_TRAJECTORY_READER_H_
