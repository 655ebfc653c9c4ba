#ifndef CPPET_STORAGE_HDF5_ITEM_H_
#define CPPET_STORAGE_HDF5_ITEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/filters.h"
#include "cppet/storage/hdf5/handle.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Writes `value` as the data item `name` of the leaf `group`. Dots in `name`
// make nested groups.
//
// Errors:
//   kInvalidArgument: it has too many dimensions.
absl::Status WriteItem(hid_t group, const std::string& name, const Value& value,
                       const Filters& filters);

// The value of a data item, if it is an array of any kind.
//
// Errors:
//   kUnimplemented: it is something else, or of a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<Value> ReadItem(Handle dataset);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_ITEM_H_
