#include "cppet/environment/sweep.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/environment/calls/execute_run.h"
#include "cppet/environment/executors/executor.h"
#include "cppet/environment/executors/in_process_executor.h"
#include "cppet/environment/executors/process_executor.h"
#include "cppet/environment/logs/progress.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/scheduling/load_cap.h"
#include "cppet/environment/scheduling/placement.h"
#include "cppet/environment/scheduling/run_queue.h"
#include "cppet/environment/wrapping/local_wrapping.h"
#include "cppet/environment/wrapping/lock_wrapping.h"
#include "cppet/environment/wrapping/memory_wrapping.h"
#include "cppet/environment/wrapping/pipe_wrapping.h"
#include "cppet/environment/wrapping/queue_wrapping.h"
#include "cppet/environment/wrapping/record_adding.h"
#include "cppet/environment/wrapping/unlocked_wrapping.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

// Shown in the file `fd`. Null if there is nothing to show.
std::unique_ptr<Progress> MakeProgress(ProgressMode mode, int64_t total,
                                       int fd) {
  const bool terminal = isatty(fd) != 0;
  if (mode == ProgressMode::kNever) return nullptr;
  ProgressOptions options;
  options.redraw = terminal || mode == ProgressMode::kAlways;
  if (winsize size; ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 &&
                    size.ws_col <= options.width) {
    options.width = size.ws_col - 1;
  }
  const auto write_text = [fd](absl::string_view text) {
    // Nothing depends on it.
    [[maybe_unused]] const ssize_t written =
        write(fd, text.data(), text.size());
  };
  return std::make_unique<Progress>(total, write_text, options);
}

class Sweep : public ExecutorClient {
 public:
  Sweep(Trajectory& trajectory, StorageService* storage,
        const RunFunction& function, const TakeValue& take_value,
        RunOutcome& outcome, RunLog& log, const SweepOptions& options)
      : trajectory_(trajectory),
        storage_(storage),
        function_(function),
        take_value_(take_value),
        outcome_(outcome),
        log_(log),
        options_(options),
        queue_(trajectory, QueueOptions()),
        placer_(options.placement) {
    // Those of earlier rounds count.
    for (size_t i = 0; i < outcome.failures().size(); ++i) {
      queue_.NoteLastFailure();
    }
    if (options.multiproc && !options.use_pool) {
      load_cap_.emplace(options.caps, log);
    }
  }

  absl::Status Run(int64_t total);

  // ExecutorClient, in the process of a run.
  void EnterChild(const RunProcess& process) override;
  RunReport Compute(int64_t index) override;
  void Deliver(RunReport& report) override;

  // In the main process.
  std::optional<int64_t> NextRun() override;
  absl::Status BeforeWaiting() override;
  bool may_have_more() override;
  absl::Status BeforeFork() override;
  absl::Status TakeReport(RunReport report) override;
  absl::Status TakeDeath(int64_t index, std::string failure) override;
  bool full() override { return wrapping_->full(); }
  absl::Status status() override;
  void WhileNoneDelivers(const std::function<void()>& call) override {
    wrapping_->WhileNoneDelivers(call);
  }

 private:
  int signals() const {
    return options_.interrupts == nullptr ? 0 : options_.interrupts->count();
  }
  RunQueueOptions QueueOptions();
  double ExpectedDuration(const RunView& run);
  absl::Status MakeWrapping();
  std::unique_ptr<Executor> MakeExecutor();
  // As RunQueue::NoteFailure.
  int NoteFailure(int64_t index);
  void LogIfTooManyFailed();
  void Finished(const RunRecord& record, absl::string_view value);
  void FailedForGood(RunFailure failure);
  void LogFinished();
  void CountFinished(bool failed);

  Trajectory& trajectory_;
  StorageService* const storage_;
  const RunFunction& function_;
  const TakeValue& take_value_;
  RunOutcome& outcome_;
  RunLog& log_;
  const SweepOptions& options_;

  EventLoop loop_;
  std::unique_ptr<Wrapping> wrapping_;
  std::unique_ptr<Progress> shown_progress_;  // null if it is not shown
  std::unique_ptr<Progress> logged_progress_;
  // Of the trajectory when `when_all_started` was called.
  int64_t all_started_ = 0;
  // What completed runs left, if it is to stay in memory.
  std::vector<std::string> finished_lines_;  // not logged yet
  std::vector<RunRecord> kept_;
  RunQueue queue_;
  std::optional<LoadCap> load_cap_;  // none in this process and in a pool
  const Placer placer_;
  bool duration_failed_ = false;  // of a run; a warning said so
  // Start times of the runs that are active.
  absl::flat_hash_map<int64_t, double> started_;
  // Number of reports that were taken and are not stored yet, and what
  // NoteFailure said of those of them that failed.
  int64_t on_their_way_ = 0;
  absl::flat_hash_map<int64_t, int> next_tries_;
  bool in_child_ = false;
};

RunQueueOptions Sweep::QueueOptions() {
  RunQueueOptions options;
  options.first = options_.first;
  if (options_.expected_duration != nullptr) {
    options.expected_duration = [this](const RunView& run) {
      return ExpectedDuration(run);
    };
  }
  options.retries = options_.retries;
  options.max_failures = options_.max_failures;
  return options;
}

double Sweep::ExpectedDuration(const RunView& run) {
  std::string error = "an exception";
  try {
    return options_.expected_duration(run);
  } catch (const std::exception& exception) {
    error = exception.what();
  } catch (...) {
  }
  if (!std::exchange(duration_failed_, true)) {
    log_.Warning(absl::StrCat("expected_duration of ", run.name(), " threw ",
                              error, ": runs of which it does start last"));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

absl::Status Sweep::MakeWrapping() {
  const Wrapping::Finished finished = [this](const RunRecord& record,
                                             absl::string_view value) {
    Finished(record, value);
  };
  if (storage_ == nullptr) {
    wrapping_ = MakeMemoryWrapping(trajectory_, finished);
    return absl::OkStatus();
  }
  switch (options_.multiproc ? options_.wrap_mode : WrapMode::kLocal) {
    case WrapMode::kLocal:
      wrapping_ = MakeLocalWrapping(loop_, *storage_, trajectory_, finished);
      return absl::OkStatus();
    case WrapMode::kQueue:
      wrapping_ =
          MakeQueueWrapping(loop_, *storage_, trajectory_, log_, finished);
      return absl::OkStatus();
    case WrapMode::kPipe:
      wrapping_ =
          MakePipeWrapping(loop_, *storage_, trajectory_, log_, finished);
      return absl::OkStatus();
    case WrapMode::kNone:
      wrapping_ = MakeUnlockedWrapping(*storage_, trajectory_, finished);
      return absl::OkStatus();
    case WrapMode::kLock:
      break;
  }
  CPPET_ASSIGN_OR_RETURN(
      wrapping_, MakeLockWrapping(loop_, *storage_, trajectory_, finished));
  return absl::OkStatus();
}

std::unique_ptr<Executor> Sweep::MakeExecutor() {
  if (!options_.multiproc) return MakeInProcessExecutor(loop_);
  ProcessExecutorOptions options;
  options.processes = placer_.MostProcesses(options_.ncores);
  options.exclusive_places = placer_.exclusive();
  options.timeout = options_.timeout;
  return options_.use_pool ? MakePoolExecutor(loop_, options)
                           : MakeForkExecutor(loop_, options);
}

absl::Status Sweep::Run(int64_t total) {
  CPPET_RETURN_IF_ERROR(MakeWrapping());
  const std::unique_ptr<Executor> executor = MakeExecutor();
  shown_progress_ =
      MakeProgress(options_.progress, total, log_.standard_error());
  logged_progress_ =
      std::make_unique<Progress>(total, [this](absl::string_view line) {
        log_.Info(line.substr(0, line.size() - 1));  // without its end
      });
  if (options_.interrupts != nullptr) {
    loop_.Watch(options_.interrupts->fd(),
                [this] { options_.interrupts->Drain(); });
  }
  CPPET_RETURN_IF_ERROR(wrapping_->Start());
  absl::Status status = executor->Execute(*this);
  if (signals() > 0) {
    outcome_.set_interrupted(true);
    log_.Warning(signals() == 1 ? "interrupted: active runs were finished"
                                : "interrupted: active runs were ended");
    // That is what ended them, and no error.
    if (absl::IsCancelled(status)) status = absl::OkStatus();
  }
  // Even after an error of the executor what arrived is stored.
  status.Update(wrapping_->Finish());
  LogFinished();
  for (RunRecord& record : kept_) {
    status.Update(AddRecord(std::move(record), trajectory_));
  }
  for (RunFailure& failure : queue_.TakeUntried()) {
    FailedForGood(std::move(failure));
  }
  if (shown_progress_ != nullptr) shown_progress_->Finish();
  logged_progress_->Finish();
  if (!status.ok()) {
    log_.Error(absl::StrCat("the runs ended: ", status.ToString()));
    return status;
  }
  return absl::OkStatus();
}

void Sweep::EnterChild(const RunProcess& process) {
  in_child_ = true;
  // What it has to say is for the log of the main process.
  placer_.Enter(process.place, log_);
  const std::string name = absl::StrCat("process_", process.number);
  log_.EnterChild(absl::StrCat(RunName(process.index), "_", name, ".txt"),
                  name);
}

// Runs that were stored together are logged together, before anything else is
// done: a line for each by itself took 5 % of the time of short runs.
void Sweep::LogFinished() {
  if (finished_lines_.empty()) return;
  log_.Info(finished_lines_);
  finished_lines_.clear();
}

RunReport Sweep::Compute(int64_t index) {
  LogFinished();
  if (in_child_) log_.Info(absl::StrCat(RunName(index), " starts"));
  RunReport report =
      ExecuteRun(trajectory_, index, function_, options_.environment_hexsha);
  if (in_child_) {
    if (report.record.completed) {
      log_.Info(absl::StrCat(RunName(index), " is computed"));
    } else {
      log_.Warning(
          absl::StrCat(RunName(index), " failed: ", report.record.failure));
    }
  }
  return report;
}

void Sweep::Deliver(RunReport& report) {
  if (report.record.completed && options_.before_storing) {
    report.storage_status = options_.before_storing(report);
    if (!report.storage_status.ok()) {
      report.record.completed = false;
      report.record.leaves.clear();
      report.value.clear();
      return;
    }
  }
  wrapping_->Deliver(report);
}

std::optional<int64_t> Sweep::NextRun() {
  if (signals() > 0 || queue_.empty()) return std::nullopt;
  if (load_cap_.has_value() && !started_.empty() &&
      load_cap_->Holds(started_.size())) {
    return std::nullopt;
  }
  const std::optional<int64_t> index = queue_.Next();
  if (index.has_value()) started_[*index] = UnixNow();
  return index;
}

bool Sweep::may_have_more() {
  if (signals() > 0 || queue_.too_many_failures()) return false;
  // Those that are on their way may have failed, and be tried again.
  return !queue_.empty() || (options_.retries > 0 && on_their_way_ > 0);
}

absl::Status Sweep::BeforeWaiting() {
  LogFinished();
  if (options_.when_all_started == nullptr || signals() > 0 ||
      all_started_ == trajectory_.length() || may_have_more()) {
    return absl::OkStatus();
  }
  all_started_ = trajectory_.length();
  CPPET_RETURN_IF_ERROR(
      options_.when_all_started([this](const std::function<void()>& call) {
        wrapping_->WhileNoneDelivers(call);
      }));
  const int64_t added = trajectory_.length() - all_started_;
  if (shown_progress_ != nullptr) shown_progress_->AddRuns(added);
  logged_progress_->AddRuns(added);
  return absl::OkStatus();
}

absl::Status Sweep::BeforeFork() {
  LogFinished();
  RunLog::BeforeFork();
  return wrapping_->BeforeFork();
}

absl::Status Sweep::TakeReport(RunReport report) {
  const int64_t index = report.record.index;
  started_.erase(index);
  if (report.record.completed && queue_.failed_tries(index) > 0 &&
      absl::IsAlreadyExists(report.storage_status)) {
    // The process of an earlier try died right after it had stored it.
    report.storage_status = absl::OkStatus();
  }
  if (!report.stored && !report.storage_status.ok()) {
    return WithPrefix(RunName(index), report.storage_status);
  }
  // At once, as it may be one too many.
  if (!report.record.completed) next_tries_[index] = NoteFailure(index);
  ++on_their_way_;
  return wrapping_->Take(std::move(report));
}

absl::Status Sweep::TakeDeath(int64_t index, std::string failure) {
  RunReport report;
  report.record.index = index;
  report.record.failure = std::move(failure);
  report.record.start_timestamp = started_[index];
  report.record.finish_timestamp = UnixNow();
  report.record.environment_hexsha = options_.environment_hexsha;
  return TakeReport(std::move(report));
}

absl::Status Sweep::status() {
  if (signals() > 1) return absl::CancelledError("interrupted twice");
  return wrapping_->status();
}

int Sweep::NoteFailure(int64_t index) {
  const int next_try = queue_.NoteFailure(index);
  LogIfTooManyFailed();
  return next_try;
}

void Sweep::LogIfTooManyFailed() {
  if (!queue_.too_many_failures() || outcome_.too_many_failures()) return;
  outcome_.set_too_many_failures(true);
  log_.Warning(absl::StrCat("no more runs start, as more than max_failures = ",
                            *options_.max_failures, " have failed"));
}

void Sweep::Finished(const RunRecord& record, absl::string_view value) {
  --on_their_way_;
  trajectory_.NoteRun(record);
  if (!record.completed) {
    RunFailure failure{record.index, record.failure};
    const auto known = next_tries_.find(record.index);
    // Else it could not be stored.
    int next_try = 0;
    if (known != next_tries_.end()) {
      next_try = known->second;
      next_tries_.erase(known);
    } else {
      next_try = NoteFailure(record.index);
    }
    if (next_try == 0) {
      FailedForGood(std::move(failure));
      return;
    }
    LogFinished();
    log_.Warning(absl::StrCat(RunName(record.index),
                              " failed and is tried again (", next_try, " of ",
                              options_.retries, "): ", record.failure));
    queue_.TryAgain(std::move(failure));
    return;
  }
  // Its process may have died after it had handed over all.
  const bool died = next_tries_.erase(record.index) > 0;
  if (options_.keep_in_memory && storage_ != nullptr) kept_.push_back(record);
  const absl::Status taken = take_value_(record.index, value);
  if (!taken.ok()) {
    if (!died) queue_.NoteLastFailure();
    LogIfTooManyFailed();
    FailedForGood({record.index,
                   absl::StrCat("was stored, but what it returned is lost: ",
                                absl::string_view(taken.message()))});
    return;
  }
  finished_lines_.push_back(absl::StrCat(
      RunName(record.index), " finished after ",
      FormatDuration(record.finish_timestamp - record.start_timestamp)));
  CountFinished(/*failed=*/false);
}

void Sweep::FailedForGood(RunFailure failure) {
  LogFinished();
  log_.Warning(
      absl::StrCat(RunName(failure.index), " failed: ", failure.message));
  outcome_.AddFailure(std::move(failure));
  CountFinished(/*failed=*/true);
}

void Sweep::CountFinished(bool failed) {
  if (shown_progress_ != nullptr) shown_progress_->RunFinished(failed);
  logged_progress_->RunFinished(failed);
}

}  // namespace

absl::Status RunSweep(Trajectory& trajectory, StorageService* storage,
                      const RunFunction& function, const TakeValue& take_value,
                      RunOutcome& outcome, RunLog& log,
                      const SweepOptions& options) {
  int64_t total = 0;
  for (int64_t i = options.first; i < trajectory.length(); ++i) {
    if (!trajectory.completed(i)) ++total;
  }
  if (total == 0) return absl::OkStatus();
  return Sweep(trajectory, storage, function, take_value, outcome, log, options)
      .Run(total);
}

}  // namespace cppet
