#ifndef CPPET_TOOLS_LIB_PYPET_CONFIG_H_
#define CPPET_TOOLS_LIB_PYPET_CONFIG_H_

#include "absl/status/status.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Gives config.hdf5 of `trajectory` the entries that it has once pypet has
// loaded it: pypet puts its own defaults there before, and what the file has of
// the same names does not count. For comparison with what pypet sees.
//
// Errors:
//   kAlreadyExists: config.hdf5 is no group, or one of the entries is one.
absl::Status AddPypetConfig(Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PYPET_CONFIG_H_
