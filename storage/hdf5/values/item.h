#ifndef CPPET_STORAGE_HDF5_VALUES_ITEM_H_
#define CPPET_STORAGE_HDF5_VALUES_ITEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/pandas/data_frame.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Checks that a file can hold `value` as a data item of a leaf. What a pickle
// holds for Python is none: a whole leaf is pickled, or nothing of it.
//
// Errors:
//   kInvalidArgument: says why not, as "it has 40 dimensions; 32 are the most".
absl::Status CheckItemFits(const Value& value);

// How items are written.
struct ItemFormat {
  Filters filters;
  // Of data frames and series.
  PandasFormat pandas = PandasFormat::kFixed;
};

// Writes `value`, which fits, as the data item `name` of the leaf `group`. Dots
// in `name` make nested groups.
absl::Status WriteItem(hid_t group, const std::string& name, const Value& value,
                       const ItemFormat& format);

// Marks the name of an item that is a sparse matrix.
inline constexpr absl::string_view kSparseSuffix = "__spsp__";

// The value of a data item: of a dataset, or of a group that is one.
//
// Errors:
//   kUnimplemented: it is something else, or of a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<Value> ReadItem(Handle item);

// Writes `matrix`, which fits, as an item of exactly that name.
absl::Status WriteSparseItem(hid_t group, const std::string& name,
                             const Value& matrix, const Filters& filters);

// The sparse matrix in the item `name` of the leaf `group`, whose name ends
// with kSparseSuffix. Errors likewise.
absl::StatusOr<Value> ReadSparseItem(hid_t group, const std::string& name);

// The value whose pickle is in the item `name` of the leaf `group`. Errors
// likewise.
absl::StatusOr<Value> ReadPickleItem(hid_t group, const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_ITEM_H_
