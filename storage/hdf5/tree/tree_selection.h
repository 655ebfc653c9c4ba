#ifndef CPPET_STORAGE_HDF5_TREE_TREE_SELECTION_H_
#define CPPET_STORAGE_HDF5_TREE_TREE_SELECTION_H_

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet::hdf5 {

// The nodes and links of a tree that are to be written, with the groups above
// them.
struct TreeSelection {
  absl::flat_hash_set<const Node*> nodes;
  absl::flat_hash_set<std::pair<const Group*, std::string>> links;
};

// What these full names name, and if `recursive` all below them.
//
// Errors:
//   kNotFound: a name is that of no node or link.
absl::StatusOr<TreeSelection> SelectNodes(const Tree& tree,
                                          absl::Span<const std::string> names,
                                          bool recursive);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_TREE_SELECTION_H_
