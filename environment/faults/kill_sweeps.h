#ifndef CPPET_ENVIRONMENT_FAULTS_KILL_SWEEPS_H_
#define CPPET_ENVIRONMENT_FAULTS_KILL_SWEEPS_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/environment/faults/kill_counts.h"
#include "cppet/environment/faults/run_faulty_sweep.h"
#include "cppet/environment/faults/sweep_mode.h"

namespace cppet {

struct KillSweepsOptions {
  std::vector<SweepMode> modes;
  // Kills of all modes together.
  int64_t kills = 100;
  // No sweep is started any more after this time.
  absl::Duration time = absl::InfiniteDuration();
  // Of whom to kill when. How far a sweep is at that time differs.
  uint64_t seed = 1;
  // As each sweep is; `mode` does not count.
  FaultySweepOptions sweep;
  // How likely it is that a sweep that is continued is killed again.
  double again = 0.3;
  // Files are read with h5py as well.
  bool h5py = false;
  // Where the folders are kept of the sweeps that violate something, in all
  // states in which kills left them; empty: they are not kept.
  std::string keep;
  // Where violations are told when they come. May be null.
  std::ostream* log = nullptr;
};

// Counts by the names of the modes, in their order.
using KillReport = std::vector<std::pair<std::string, KillCounts>>;

// Kills sweeps of each mode in turn, and continues them, see kill_trial.h.
//
// Errors:
//   kInternal: a sweep fails that nobody kills.
//   Others as the system's.
absl::StatusOr<KillReport> KillSweeps(const KillSweepsOptions& options);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_KILL_SWEEPS_H_
