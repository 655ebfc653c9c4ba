#ifndef CPPET_STORAGE_HDF5_CONFIG_ENTRIES_H_
#define CPPET_STORAGE_HDF5_CONFIG_ENTRIES_H_

#include "absl/status/status.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// Adds the settings to `trajectory` as parameters config.hdf5.*, from which
// pypet takes them when it goes on with a file. Those that are there stay.
//
// Errors:
//   kAlreadyExists: there is a leaf in the place of a group.
absl::Status AddConfigEntries(const Hdf5Settings& settings,
                              Trajectory* trajectory);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CONFIG_ENTRIES_H_
