#ifndef CPPET_STORAGE_HDF5_TREE_LEAF_TEXT_H_
#define CPPET_STORAGE_HDF5_TREE_LEAF_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What overview tables show as the value of a leaf; more than fits is cut off.

// "z=1.5, times=array([0.1, 0.2])"; of a parameter only "1.5".
std::string ItemsText(const Items& items);
std::string ValueText(const Value* value);  // may be null

// The same of a leaf that is in a file, as far as it can be read.
std::string LeafText(hid_t leaf, absl::string_view full_name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_LEAF_TEXT_H_
