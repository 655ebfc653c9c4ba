#ifndef CPPET_STORAGE_HDF5_TREE_CLASS_ITEMS_H_
#define CPPET_STORAGE_HDF5_TREE_CLASS_ITEMS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/values/parameter_data.h"
#include "cppet/trajectory/leaf_class.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"

namespace cppet::hdf5 {

// Leaves that have nothing but one value of a type of the user's own, which a
// file keeps as the items that a class makes of it. All others stay as they
// are.

// What a file has in the place of `leaf` if its value is of one of `classes`:
// the items, of a parameter as Dicts, and the name of the class. Else null.
//
// Errors, with the full name:
//   kInvalidArgument: a file cannot have the items, or the range has a value of
//     another type.
//   Others: of LeafClass::ToItems.
absl::StatusOr<std::unique_ptr<Leaf>> AsItems(const Leaf& leaf,
                                              const std::string& full_name,
                                              const LeafClasses& classes);

// Puts that in the place of what the run `index` left. Errors likewise.
absl::Status PutAsItems(const LeafClasses& classes, int64_t index,
                        LeafRecord* leaf);

// Makes values of `leaf_class` of the Dicts of its items in `data`, if that is
// what it has.
//
// Errors: of LeafClass::FromItems.
absl::Status MakeObjects(const LeafClass& leaf_class, ParameterData* data);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_CLASS_ITEMS_H_
