#ifndef CPPET_STORAGE_HDF5_TREE_NODE_READ_H_
#define CPPET_STORAGE_HDF5_TREE_NODE_READ_H_

#include <memory>
#include <string>
#include <vector>

#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {

// A node as a file has it, by itself: a group without its children.
struct NodeRead {
  std::string parent;  // full name of its group
  std::unique_ptr<Node> node;
  // The items of a result that are in the file and were not read.
  std::vector<std::string> left_out;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_NODE_READ_H_
