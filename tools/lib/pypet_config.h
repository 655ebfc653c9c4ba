#ifndef CPPET_TOOLS_LIB_PYPET_CONFIG_H_
#define CPPET_TOOLS_LIB_PYPET_CONFIG_H_

#include "absl/status/status.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Gives config.hdf5 of `trajectory` the entries and comments that pypet puts
// there itself when it loads a file, whatever the file has there: it makes them
// of the settings table. For comparison with what pypet sees.
//
// Errors:
//   kAlreadyExists: config.hdf5 is no group.
absl::Status AddPypetConfig(const Hdf5Settings& settings,
                            Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PYPET_CONFIG_H_
