#ifndef CPPET_STORAGE_HDF5_TREE_TRAJECTORY_COPIER_H_
#define CPPET_STORAGE_HDF5_TREE_TRAJECTORY_COPIER_H_

#include <string>

#include "absl/status/status.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Copies the trajectory `name` of the group `from` to `new_name` in the group
// `to`, of the same or another file, with all that is in it. Links within it
// lead to the copy.
//
// Errors:
//   kInvalidArgument: `new_name` is none.
//   kAlreadyExists: there is something of that name.
//   kNotFound, kDataLoss: `name` is no trajectory, or damaged.
absl::Status CopyTrajectoryGroup(hid_t from, const std::string& name, hid_t to,
                                 const std::string& new_name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_TRAJECTORY_COPIER_H_
