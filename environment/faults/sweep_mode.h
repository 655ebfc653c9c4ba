#ifndef CPPET_ENVIRONMENT_FAULTS_SWEEP_MODE_H_
#define CPPET_ENVIRONMENT_FAULTS_SWEEP_MODE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/options.h"

namespace cppet {

// Where runs are computed, and who stores them.
struct SweepMode {
  // The options of the same names in EnvironmentOptions.
  bool multiproc = false;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLocal;
};

// "in_process", or "fork_lock", "pool_queue" and the like.
std::string SweepModeName(const SweepMode& mode);

// The modes of these names, with commas in between; "all" for all.
//
// Errors:
//   kInvalidArgument: there is none of a name.
absl::StatusOr<std::vector<SweepMode>> ParseSweepModes(absl::string_view names);

// The mode that faulty_sweep's flags --executor ("in_process", "fork" or
// "pool") and --wrap_mode mean. Errors as above.
absl::StatusOr<SweepMode> MakeSweepMode(absl::string_view executor,
                                        absl::string_view wrap_mode);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SWEEP_MODE_H_
