#ifndef CPPET_ENVIRONMENT_FAULTS_KILL_TRIAL_H_
#define CPPET_ENVIRONMENT_FAULTS_KILL_TRIAL_H_

#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/environment/faults/h5py_reader.h"
#include "cppet/environment/faults/kill_counts.h"
#include "cppet/environment/faults/run_faulty_sweep.h"

namespace cppet {

// What a sweep does that nobody kills.
struct UndisturbedSweep {
  absl::Duration duration;
  std::string digest;
};

// Measures it, in `folder`.
//
// Errors:
//   kInternal: it does not come to its end, or its file is not right.
absl::StatusOr<UndisturbedSweep> MeasureSweep(const std::string& folder,
                                              const FaultySweepOptions& sweep);

struct KillTrialOptions {
  FaultySweepOptions sweep;
  UndisturbedSweep undisturbed;
  // How likely it is that a sweep that is continued is killed again.
  double again = 0.3;
  // If not null: reads each file after recovery.
  H5pyReader* h5py = nullptr;
};

struct KillTrialResult {
  KillCounts counts;
  // A line for each thing that must not be.
  std::vector<std::string> violations;
};

// Starts a sweep in the empty `folder`, kills somebody of it at a random time,
// looks at what is left, and continues it until it comes to its end. The states
// in which kills left the file, with its journal, are kept in `folder`/left_1
// and so on. Call AdoptOrphans before.
//
// Errors:
//   As the system's.
absl::StatusOr<KillTrialResult> RunKillTrial(const std::string& folder,
                                             const KillTrialOptions& options,
                                             std::mt19937_64& random);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_KILL_TRIAL_H_
