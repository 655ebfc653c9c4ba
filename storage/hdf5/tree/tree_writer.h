#ifndef CPPET_STORAGE_HDF5_TREE_TREE_WRITER_H_
#define CPPET_STORAGE_HDF5_TREE_TREE_WRITER_H_

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/storage/hdf5/tree/tree_selection.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

struct TreeOptions {
  StoreLevel level = StoreLevel::kNew;
  // Of results, if not empty: only these items are overwritten.
  std::vector<std::string> overwrite_items;
  int max_depth = std::numeric_limits<int>::max();
  // All nodes and links if null.
  const TreeSelection* selection = nullptr;
  // Of leaves, which keep values as items.
  LeafClasses classes;
};

// How a leaf goes into a file.
struct LeafPlan {
  // Of a parameter.
  ParameterPlan parameter;
  // What is written in the place of its data if that is of a class; else null.
  std::unique_ptr<Leaf> as_items;
};

// Of all parameters, and of the results that have one of a class.
using TreePlan = absl::flat_hash_map<const Node*, LeafPlan>;

// Looks at all values of `trajectory` that are to be written, before anything
// is.
//
// Errors:
//   kInvalidArgument: one cannot be stored; named.
//   Others: of LeafClass::ToItems.
absl::StatusOr<TreePlan> PlanTree(const Trajectory& trajectory,
                                  const TreeOptions& options = {});

// Writes the nodes of the tree of `trajectory` that are not in `file`, and of
// those that are there what the options say.
//
// Errors:
//   kAlreadyExists: there is a group in the place of a leaf, or the reverse.
//   kFailedPrecondition: a leaf that is not there is only partly in memory.
absl::Status WriteTree(const Trajectory& trajectory, const TreePlan& plan,
                       const TreeOptions& options, OpenTrajectory* file);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_TREE_WRITER_H_
