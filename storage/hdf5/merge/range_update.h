#ifndef CPPET_STORAGE_HDF5_MERGE_RANGE_UPDATE_H_
#define CPPET_STORAGE_HDF5_MERGE_RANGE_UPDATE_H_

#include "absl/status/status.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {

// Writes the range of an explored parameter, which is in `file`, in the place
// of the one that it has there, if any. If values that it did not have need
// another class, its value is written anew for it.
//
// Errors:
//   kInvalidArgument: a value cannot be stored; the parameter is named.
absl::Status UpdateRange(const Parameter& parameter, OpenTrajectory* file);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_MERGE_RANGE_UPDATE_H_
