#ifndef CPPET_STORAGE_HDF5_VALUES_ITEMS_H_
#define CPPET_STORAGE_HDF5_VALUES_ITEMS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/node.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Of results with sparse matrices; they keep all else as others do.
inline constexpr char kSparseResult[] = "SparseResult";

// The class that pypet needs for `items` in a result of the class `class_name`:
// a Result with a sparse matrix is a SparseResult, one with a pickle or a type
// of the user's own is a PickleResult. A class of the user's own may have
// sparse matrices.
std::string ResultClassFor(absl::string_view class_name, const Items& items);

// Checks that a file can hold `items` together.
//
// Errors:
//   kInvalidArgument: a name has an empty part, or is the beginning of another
//     one's path ("a" and "a.b"), or a value cannot be stored; the result is
//     named.
absl::Status CheckItemsFit(absl::string_view full_name,
                           absl::string_view class_name, const Items& items);

// The same of items of a class of the user's own, none of which is a pickle.
absl::Status CheckPlainItemsFit(absl::string_view full_name,
                                const Items& items);

// Writes those of `items`, which fit, that the group `leaf` does not have yet.
// `class_name` is that of ResultClassFor, or that of what is there.
//
// Errors:
//   kFailedPrecondition: what is there can have no pickle beside it.
absl::Status WriteItems(hid_t leaf, absl::string_view class_name,
                        const Items& items, const ItemFormat& format);

struct ItemsRead {
  Items items;
  // Why something is left out: kUnimplemented if only Python can read it,
  // kDataLoss if it is damaged.
  std::vector<absl::Status> problems;
  // The names of all items that are there and not among `items`.
  std::vector<std::string> left_out;
};

// The items in the group `leaf`: all, or those that are `wanted`.
ItemsRead ReadItems(
    hid_t leaf, absl::string_view class_name, SeenObjects* seen,
    const std::function<bool(absl::string_view name)>& wanted = nullptr);

// Whether the group `leaf` has an item `name`, or any below it.
bool HasItem(hid_t leaf, absl::string_view name);

// Removes the item `name` from the group `leaf`, with all whose names begin
// with it and a dot. Returns false if there is none.
absl::StatusOr<bool> DeleteItem(hid_t leaf, const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_ITEMS_H_
