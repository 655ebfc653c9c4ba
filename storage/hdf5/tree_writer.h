#ifndef CPPET_STORAGE_HDF5_TREE_WRITER_H_
#define CPPET_STORAGE_HDF5_TREE_WRITER_H_

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/open_trajectory.h"
#include "cppet/storage/hdf5/parameter_data.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// How the parameters of a trajectory go into a file.
using TreePlan = absl::flat_hash_map<const Node*, ParameterPlan>;

// Looks at all values of `trajectory`, before anything is written.
//
// Errors:
//   kInvalidArgument: one cannot be stored; named.
absl::StatusOr<TreePlan> PlanTree(const Trajectory& trajectory);

// Writes the nodes of the tree of `trajectory` that are not in `file`, and of
// those that are there the annotations, items and ranges that are new.
//
// Errors:
//   kAlreadyExists: there is a group in the place of a leaf, or the reverse.
absl::Status WriteTree(const Trajectory& trajectory, const TreePlan& plan,
                       OpenTrajectory* file);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_WRITER_H_
