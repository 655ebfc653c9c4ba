#ifndef CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_
#define CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

// Adds that post-processing made new runs.
void AddExpandedConfig(absl::string_view environment_name,
                       Trajectory& trajectory);

// Adds when the runs started, at first.
void AddStartConfig(absl::string_view environment_name, double start,
                    Trajectory& trajectory);
// Sets when the runs finished, at last, and how long it took. Returns the names
// of what was there from earlier runs and has another value now.
std::vector<std::string> SetFinishConfig(absl::string_view environment_name,
                                         double start, double finish,
                                         Trajectory& trajectory);

// The seed of the last environment of `trajectory` that has one.
std::optional<uint64_t> SeedInConfig(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_ENVIRONMENT_CONFIG_H_
