#ifndef CPPET_STORAGE_HDF5_TREE_NODE_ATTRIBUTES_H_
#define CPPET_STORAGE_HDF5_TREE_NODE_ATTRIBUTES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What pypet keeps in attributes of the group of a node of the tree.

// Nothing is written for an empty comment.
absl::Status WriteComment(hid_t group, absl::string_view comment);
// Nothing happens if there is none.
absl::Status RemoveComment(hid_t group);
// Makes a group one of a leaf: a parameter or a result.
absl::Status WriteLeafClass(hid_t group, absl::string_view class_name);
// Changes the class of a leaf.
absl::Status UpdateLeafClass(hid_t group, absl::string_view class_name);
// Nothing if it is empty, as that of a usual group.
absl::Status WriteGroupClass(hid_t group, absl::string_view class_name);
// Those of a name that the group has already stay as they are.
absl::Status WriteAnnotations(hid_t group,
                              const std::map<std::string, Value>& annotations);

// Empty if there is none.
std::string ReadComment(hid_t group);
bool IsLeaf(hid_t group);
// Empty if it does not say.
std::string ReadClassName(hid_t group);

// What was found, and what could not be read of it, one line each.
struct AnnotationsRead {
  std::map<std::string, Value> annotations;
  std::vector<absl::Status> problems;
};
AnnotationsRead ReadAnnotations(hid_t group);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_NODE_ATTRIBUTES_H_
