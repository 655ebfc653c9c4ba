#ifndef CPPET_STORAGE_HDF5_TREE_NODES_READ_H_
#define CPPET_STORAGE_HDF5_TREE_NODES_READ_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Add what was read of a file to a trajectory in memory.

// A group that is there already stays as it is. Errors of Tree::Add.
absl::Status AddNode(NodeRead read, Trajectory* trajectory);

// Adds links, by full name, to the paths that they lead to in the file, whose
// trajectory is the group `group`. Those that lead nowhere are problems; those
// that are there already stay.
absl::Status AddLinks(
    hid_t group, const std::vector<std::pair<std::string, std::string>>& links,
    Trajectory* trajectory, Problems* problems);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_NODES_READ_H_
