#ifndef CPPET_STORAGE_HDF5_VALUES_ARRAY_ITEM_H_
#define CPPET_STORAGE_HDF5_VALUES_ARRAY_ITEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Writes `value`, which is not composite and of at most H5S_MAX_RANK
// dimensions, as the dataset `name` in `group`: an array of PyTables, of
// chunks if it is one of numpy and there are filters. Python is to take it for
// what `recall` says.
absl::Status WriteArray(hid_t group, const std::string& name,
                        const Value& value, const Recall& recall,
                        const Filters& filters);

// The value in the dataset of an array of any kind.
//
// Errors:
//   kUnimplemented: it is of a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<Value> ReadArray(Handle dataset);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_ARRAY_ITEM_H_
