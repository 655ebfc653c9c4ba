#ifndef CPPET_ENVIRONMENT_EXPERIMENT_H_
#define CPPET_ENVIRONMENT_EXPERIMENT_H_

#include <functional>
#include <string>
#include <typeindex>
#include <typeinfo>

#include "absl/status/status.h"
#include "cppet/environment/calls/postprocessing.h"
#include "cppet/environment/calls/registered_function.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_results.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

class SumatraRecording;

// A run function and its call, whose types are forgotten. The latter is of use
// with `continuable` only.
struct ExperimentCall {
  RunFunction function;
  RegisteredCall<RunFunction> registered;
  // There must be snapshots to continue.
  bool must_continue = false;
};

// A post-processing, likewise.
struct Postprocessing {
  // The T of the RunResults<T> that it takes.
  std::type_index results = typeid(void);
  PostprocessingFunction function;
  RegisteredCall<PostprocessingFunction> registered;
};

// The environment of an experiment, as far as that needs to know it.
struct ExperimentSetting {
  const EnvironmentOptions& options;
  const std::string& name;
  const std::string& hexsha;
  const std::string& filename;
  const std::string& log_folder;
  StorageService* storage = nullptr;  // null if nothing can be stored
  // Stores the trajectory and closes the file.
  std::function<absl::Status()> store;
  std::string warning;  // for the logs; empty if there is none
  SumatraRecording* recording = nullptr;  // null if there is no project
};

// Does what Environment::Run promises: all runs of `trajectory` that are not
// completed, and then `postprocessing`, if not null, again and again as long as
// it makes new ones. What becomes of the runs goes to `take_value` and
// `outcome`, which is what the post-processing gets.
//
// Errors: those of Environment::Run.
absl::Status RunExperiment(const ExperimentSetting& setting,
                           Trajectory& trajectory, const ExperimentCall& call,
                           const Postprocessing* postprocessing,
                           const TakeValue& take_value, RunOutcome& outcome);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXPERIMENT_H_
