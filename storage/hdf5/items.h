#ifndef CPPET_STORAGE_HDF5_ITEMS_H_
#define CPPET_STORAGE_HDF5_ITEMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/item.h"
#include "cppet/storage/hdf5/seen_objects.h"
#include "cppet/trajectory/node.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The class that pypet needs for `items` in a result of the class `class_name`:
// a Result with a sparse matrix is a SparseResult, one with a pickle or a type
// of the user's own is a PickleResult.
std::string ResultClassFor(absl::string_view class_name, const Items& items);

// Checks that a file can hold `items` together.
//
// Errors:
//   kInvalidArgument: a name has an empty part, or is the beginning of another
//     one's path ("a" and "a.b"), or a value cannot be stored; the result is
//     named.
absl::Status CheckItemsFit(absl::string_view full_name,
                           absl::string_view class_name, const Items& items);

// Writes those of `items`, which fit, that the group `leaf` does not have yet.
// `class_name` is that of ResultClassFor.
absl::Status WriteItems(hid_t leaf, absl::string_view class_name,
                        const Items& items, const ItemFormat& format);

struct ItemsRead {
  Items items;
  // Why something is left out: kUnimplemented if only Python can read it,
  // kDataLoss if it is damaged.
  std::vector<absl::Status> problems;
};

// All items in the group `leaf`.
ItemsRead ReadItems(hid_t leaf, absl::string_view class_name,
                    SeenObjects* seen);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_ITEMS_H_
