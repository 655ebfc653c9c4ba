#include "cppet/environment/experiment.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/environment/calls/current_exception.h"
#include "cppet/environment/continuing/sweep_snapshots.h"
#include "cppet/environment/environment_config.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/provenance/sumatra_recording.h"
#include "cppet/environment/sweep.h"
#include "cppet/storage/journal/transactional_file.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet {
namespace {

// Signals until the program ends at once: in this process nothing else stops a
// run; processes of their own are ended in an orderly way at the second one.
constexpr int kExitInProcess = 2;
constexpr int kExitWithProcesses = 3;

class Experiment {
 public:
  Experiment(const ExperimentSetting& setting, Trajectory& trajectory,
             const ExperimentCall& call, const Postprocessing* postprocessing,
             const TakeValue& take_value, RunOutcome& outcome)
      : setting_(setting),
        options_(setting.options),
        trajectory_(trajectory),
        call_(call),
        postprocessing_(postprocessing),
        take_value_(take_value),
        outcome_(outcome),
        stores_(options_.automatic_storing && setting.storage != nullptr) {}

  absl::Status Run();

 private:
  absl::Status PrepareSnapshots();
  absl::Status TidyUp();
  absl::Status Begin();
  absl::Status RunRounds();
  absl::Status RunOnce(int64_t first);
  absl::Status Finish();
  void AddSumatraRecord(double finish);

  // Calls the post-processing and returns whether there are new runs; its error
  // is kept for the end.
  bool Postprocess();
  absl::StatusOr<Space> CallPostprocessing();
  absl::Status StoreExpansion();
  void RemoveRunsFromMemory();
  absl::Status PostprocessImmediately(const SweepOptions::Exclusively& alone);

  const ExperimentSetting& setting_;
  const EnvironmentOptions& options_;
  Trajectory& trajectory_;
  const ExperimentCall& call_;
  const Postprocessing* const postprocessing_;
  const TakeValue& take_value_;
  RunOutcome& outcome_;
  const bool stores_;

  std::unique_ptr<SweepSnapshots> snapshots_;  // null if not continuable
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<Interrupts> interrupts_;
  double start_ = 0;
  absl::Status postprocessing_status_;
};

absl::Status Experiment::Run() {
  CPPET_RETURN_IF_ERROR(trajectory_.status());
  CPPET_RETURN_IF_ERROR(trajectory_.CheckPresets());
  CPPET_RETURN_IF_ERROR(PrepareSnapshots());
  if (trajectory_.completed() && postprocessing_ == nullptr) return TidyUp();
  CPPET_RETURN_IF_ERROR(Begin());
  const absl::Status status = RunRounds();
  if (!status.ok()) {
    // What the storage says now is no news.
    if (stores_) setting_.storage->Close().IgnoreError();
    return status;
  }
  CPPET_RETURN_IF_ERROR(Finish());
  return postprocessing_status_;
}

absl::Status Experiment::PrepareSnapshots() {
  if (!options_.continuable) return absl::OkStatus();
  SnapshotRequest request;
  request.options = &options_;
  request.filename = setting_.filename;
  request.environment = setting_.name;
  request.hexsha = setting_.hexsha;
  request.call = call_.registered;
  if (postprocessing_ != nullptr) {
    request.postprocessing = postprocessing_->registered;
  }
  request.must_continue = call_.must_continue;
  CPPET_ASSIGN_OR_RETURN(
      snapshots_, SweepSnapshots::Prepare(std::move(request), trajectory_,
                                          *setting_.storage, take_value_));
  return absl::OkStatus();
}

// For when there is nothing to do.
absl::Status Experiment::TidyUp() {
  // It may have been killed before it could finish its file. What we have is
  // right whether that is possible now or not.
  if (options_.storage == nullptr && trajectory_.stored()) {
    journal::RecoverFile(setting_.filename).IgnoreError();
  }
  if (snapshots_ != nullptr && options_.delete_continue) {
    return snapshots_->Remove();
  }
  return absl::OkStatus();
}

absl::Status Experiment::Begin() {
  log_ = RunLog::None();
  if (options_.log_level.has_value()) {
    RunLogOptions log_options;
    log_options.folder = setting_.log_folder;
    log_options.level = *options_.log_level;
    log_options.capture_output = options_.log_stdout;
    CPPET_ASSIGN_OR_RETURN(log_, RunLog::Open(log_options));
  }
  if (!setting_.warning.empty()) log_->Warning(setting_.warning);
  if (options_.graceful_exit) {
    absl::StatusOr<std::unique_ptr<Interrupts>> installed = Interrupts::Install(
        options_.multiproc ? kExitWithProcesses : kExitInProcess,
        log_->standard_error());
    // Another environment, in another thread, handles them already.
    if (!absl::IsFailedPrecondition(installed.status())) {
      CPPET_RETURN_IF_ERROR(installed.status());
      interrupts_ = *std::move(installed);
    }
  }
  start_ = UnixNow();
  if (setting_.recording != nullptr) {
    CPPET_RETURN_IF_ERROR(setting_.recording->Begin(start_));
  }
  trajectory_.LockParameters();
  trajectory_.LockDerivedParameters();
  AddStartConfig(setting_.name, start_, trajectory_);
  if (snapshots_ != nullptr) {
    if (snapshots_->continued()) AddContinuedConfig(setting_.name, trajectory_);
    CPPET_RETURN_IF_ERROR(snapshots_->Begin());
  }
  if (!stores_) return absl::OkStatus();
  const absl::Status stored = setting_.store();
  if (!stored.ok() && snapshots_ != nullptr) snapshots_->RemoveUnlessStored();
  return stored;
}

absl::Status Experiment::RunRounds() {
  int64_t first = 0;
  while (true) {
    CPPET_RETURN_IF_ERROR(RunOnce(first));
    if (postprocessing_ == nullptr || !postprocessing_status_.ok() ||
        outcome_.interrupted() || outcome_.too_many_failures()) {
      return absl::OkStatus();
    }
    // Runs that failed are not tried again because others were added.
    first = trajectory_.length();
    if (!Postprocess()) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(StoreExpansion());
  }
}

absl::Status Experiment::RunOnce(int64_t first) {
  SweepOptions sweep;
  sweep.first = first;
  sweep.multiproc = options_.multiproc;
  sweep.ncores = options_.ncores;
  sweep.use_pool = options_.use_pool;
  sweep.wrap_mode = options_.wrap_mode;
  sweep.keep_in_memory = !options_.clean_up_runs;
  sweep.timeout = options_.timeout;
  sweep.caps = {options_.cpu_cap, options_.memory_cap, options_.swap_cap};
  sweep.placement = {options_.niceness, options_.cpu_affinity,
                     options_.resource_slots};
  sweep.expected_duration = options_.expected_duration;
  sweep.retries = options_.retries;
  sweep.max_failures = options_.max_failures;
  sweep.progress = options_.progress;
  sweep.interrupts = interrupts_.get();
  sweep.environment_hexsha = setting_.hexsha.substr(0, 7);
  if (snapshots_ != nullptr) {
    sweep.before_storing = [&](const RunReport& report) {
      return snapshots_->Save(report);
    };
  }
  if (postprocessing_ != nullptr && options_.immediate_postproc) {
    sweep.when_all_started = [&](const SweepOptions::Exclusively& alone) {
      return PostprocessImmediately(alone);
    };
  }
  log_->Info(absl::StrCat("the runs of ", trajectory_.name(), " start"));
  CPPET_RETURN_IF_ERROR(
      RunSweep(trajectory_, stores_ ? setting_.storage : nullptr,
               call_.function, take_value_, outcome_, *log_, sweep));
  log_->Info(absl::StrCat("the runs of ", trajectory_.name(), " are finished, ",
                          outcome_.failures().size(), " failed"));
  return absl::OkStatus();
}

absl::StatusOr<Space> Experiment::CallPostprocessing() {
  try {
    return postprocessing_->function(trajectory_, outcome_);
  } catch (...) {
    return absl::UnknownError(CurrentException());
  }
}

bool Experiment::Postprocess() {
  const int64_t length = trajectory_.length();
  log_->Info(absl::StrCat("post-processing of ", length, " runs starts"));
  const absl::StatusOr<Space> space = CallPostprocessing();
  absl::Status status = space.status();
  if (status.ok()) status = space->status();
  if (status.ok() && space->size() > 0) status = trajectory_.Expand(*space);
  status.Update(trajectory_.status());
  if (!status.ok()) {
    postprocessing_status_ = WithPrefix("post-processing", status);
    log_->Error(postprocessing_status_.ToString());
    return false;
  }
  const int64_t added = trajectory_.length() - length;
  log_->Info(added == 0
                 ? "post-processing is finished"
                 : absl::StrCat("post-processing added ", added, " runs"));
  return added > 0;
}

absl::Status Experiment::PostprocessImmediately(
    const SweepOptions::Exclusively& alone) {
  if (!postprocessing_status_.ok() || !Postprocess()) return absl::OkStatus();
  absl::Status status;
  alone([&] { status = StoreExpansion(); });
  return status;
}

absl::Status Experiment::StoreExpansion() {
  AddExpandedConfig(setting_.name, trajectory_);
  if (!stores_) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(setting_.store());
  if (options_.clean_up_runs) RemoveRunsFromMemory();
  return absl::OkStatus();
}

// What was loaded of the runs, or added to them, and is stored.
void Experiment::RemoveRunsFromMemory() {
  for (const absl::string_view branch : {"results", "derived_parameters"}) {
    const Node* runs = trajectory_.tree().FindExact(JoinName(branch, "runs"));
    if (runs == nullptr || runs->kind() != Node::Kind::kGroup) continue;
    std::vector<std::string> names;
    for (const auto& child : static_cast<const Group*>(runs)->children()) {
      if (RunIndex(child->name()) != kNoRun)
        names.push_back(child->full_name());
    }
    for (const std::string& name : names) {
      trajectory_.Remove(name, /*recursive=*/true).IgnoreError();
    }
  }
}

absl::Status Experiment::Finish() {
  // Post-processing left it so. It is stored as it was before that.
  if (!trajectory_.status().ok()) return postprocessing_status_;
  const double finish = UnixNow();
  const std::vector<std::string> changed =
      SetFinishConfig(setting_.name, start_, finish, trajectory_);
  if (stores_) {
    StoreItemsOptions overwrite;
    overwrite.overwrite = true;
    if (!changed.empty()) {
      const absl::Status stored =
          setting_.storage->StoreItems(trajectory_, changed, overwrite);
      // Not every storage can.
      if (!absl::IsUnimplemented(stored)) CPPET_RETURN_IF_ERROR(stored);
    }
    CPPET_RETURN_IF_ERROR(setting_.store());
  }
  AddSumatraRecord(finish);
  if (snapshots_ != nullptr && options_.delete_continue &&
      outcome_.failures().empty() && !outcome_.interrupted() &&
      postprocessing_status_.ok()) {
    CPPET_RETURN_IF_ERROR(snapshots_->Remove());
  }
  return absl::OkStatus();
}

// Of what came to its end: the rest can be continued, and is recorded then.
void Experiment::AddSumatraRecord(double finish) {
  if (setting_.recording == nullptr || outcome_.interrupted() ||
      outcome_.too_many_failures() || !postprocessing_status_.ok()) {
    return;
  }
  const absl::Status added = setting_.recording->Finish(
      finish, outcome_, stores_ ? setting_.filename : "",
      stores_ ? setting_.storage : nullptr, setting_.store, trajectory_);
  if (!added.ok()) log_->Error(absl::StrCat("Sumatra: ", added.message()));
  outcome_.set_record_status(added);
}

}  // namespace

absl::Status RunExperiment(const ExperimentSetting& setting,
                           Trajectory& trajectory, const ExperimentCall& call,
                           const Postprocessing* postprocessing,
                           const TakeValue& take_value, RunOutcome& outcome) {
  return Experiment(setting, trajectory, call, postprocessing, take_value,
                    outcome)
      .Run();
}

}  // namespace cppet
