#ifndef CPPET_STORAGE_HDF5_CHECK_H_
#define CPPET_STORAGE_HDF5_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/read_options.h"

namespace cppet {

// Reads everything in the HDF5 file `filename` and checks that its trajectories
// are whole: that tables, parameters and runs agree with each other, and that
// pypet would find what it needs. Returns the problems, one line each; none if
// all is well.
//
// HDF5 may crash or hang at a damaged file, unless it is read isolated.
//
// Errors:
//   kNotFound: there is no such file.
//   kInvalidArgument: it is no HDF5 file.
//   kPermissionDenied: it may not be read.
//   kUnavailable: another process writes it.
//   kDataLoss: it cannot be opened at all.
absl::StatusOr<std::vector<std::string>> CheckHdf5File(
    const std::string& filename, const Hdf5ReadOptions& options = {});

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_CHECK_H_
