#ifndef CPPET_STORAGE_HDF5_SETTINGS_READER_H_
#define CPPET_STORAGE_HDF5_SETTINGS_READER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/read_options.h"

namespace cppet {

// Reads the settings of `trajectory` in the HDF5 file `filename`. Defaults
// stand for what the file does not tell.
//
// Errors:
//   kNotFound: there is no such file or trajectory.
//   kInvalidArgument: the file is no HDF5 file.
//   kPermissionDenied: it may not be read.
//   kUnavailable: another process writes it.
//   kDataLoss: it is damaged.
absl::StatusOr<Hdf5Settings> ReadHdf5Settings(
    const std::string& filename, absl::string_view trajectory,
    const Hdf5ReadOptions& options = {});

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_SETTINGS_READER_H_
