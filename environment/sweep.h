#ifndef CPPET_ENVIRONMENT_SWEEP_H_
#define CPPET_ENVIRONMENT_SWEEP_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/options.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/run_results.h"
#include "cppet/environment/scheduling/placement.h"
#include "cppet/environment/scheduling/system_load.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

struct SweepOptions {
  // The first run to look at; those before it are left as they are.
  int64_t first = 0;
  // The options of the same names in EnvironmentOptions. `ncores` is 1 or more.
  bool multiproc = false;
  int ncores = 1;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLock;
  // What runs add stays in the trajectory when it is stored, if it passes
  // through this process.
  bool keep_in_memory = false;
  double timeout = 0;
  Load caps = {1, 1, 1};
  Placement placement;
  std::function<double(const RunView& run)> expected_duration;
  int retries = 0;
  std::optional<int> max_failures;
  ProgressMode progress = ProgressMode::kAuto;
  // Counts signals: on the first no more runs start, on the second those that
  // run are ended. Null: nobody does.
  Interrupts* interrupts = nullptr;
  // For the records of the runs.
  std::string environment_hexsha;
  // Called in the process of a run that is completed, right before it is
  // stored; its error ends the sweep, and the run is not stored. May be null.
  std::function<absl::Status(const RunReport& report)> before_storing;
  // Makes a call while no run's process stores.
  using Exclusively = std::function<void(const std::function<void()>&)>;
  // Called when the last run has been started, while it is at work. It may
  // expand the trajectory; it is called again when those runs are started, too.
  // Its error ends the sweep. May be null. Not with a process that stores.
  std::function<absl::Status(const Exclusively& alone)> when_all_started;
};

// Does all runs of `trajectory` that are not completed. The trajectory, which
// is stored, notes each one; `storage` stores them, or, without one, the
// trajectory takes in what they add. `take_value` is called once a run is
// stored; its error counts as a failure of the run. `outcome` takes the
// failures and why not all runs were started.
//
// Errors:
//   Of the storage, `before_storing` and the system, as sweeps stop only for
//   them. The runs that were noted are stored, the others are not completed.
absl::Status RunSweep(Trajectory& trajectory, StorageService* storage,
                      const RunFunction& function, const TakeValue& take_value,
                      RunOutcome& outcome, RunLog& log,
                      const SweepOptions& options);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_SWEEP_H_
