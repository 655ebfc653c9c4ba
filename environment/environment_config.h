#ifndef CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_
#define CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cppet/environment/options.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The SHA-1 by which an environment is known, made as pypet makes it.
std::string EnvironmentHexsha(const Trajectory& trajectory,
                              double environment_timestamp,
                              absl::string_view version);

// Who an environment is.
struct EnvironmentIdentity {
  std::string name;
  std::string hexsha;
  double timestamp = 0;
};

// Adds to config.environment.<name> what is known from the beginning: identity,
// versions, `options` (whose ncores is the number of processes, not 0).
void AddEnvironmentConfig(const EnvironmentIdentity& identity,
                          const EnvironmentOptions& options,
                          Trajectory& trajectory);

// Adds that the environment went on where an earlier one, or this one, stopped.
void AddContinuedConfig(absl::string_view environment_name,
                        Trajectory& trajectory);

// Adds when the runs started; and when they finished, and how long it took.
// What is there from an earlier call stays.
void AddStartConfig(absl::string_view environment_name, double start,
                    Trajectory& trajectory);
void AddFinishConfig(absl::string_view environment_name, double start,
                     double finish, Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_
