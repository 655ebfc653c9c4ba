#ifndef CPPET_STORAGE_HDF5_VALUES_SHARED_DATA_H_
#define CPPET_STORAGE_HDF5_VALUES_SHARED_DATA_H_

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/composite.h"

namespace cppet::hdf5 {

// Reads an item of a SharedResult, data that pypet changes in the file.
//
// Errors:
//   kUnimplemented: it is of a kind or a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<SharedData> ReadSharedData(Handle item);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_SHARED_DATA_H_
