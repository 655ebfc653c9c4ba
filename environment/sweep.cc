#include "cppet/environment/sweep.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
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
#include "cppet/environment/wrapping/local_wrapping.h"
#include "cppet/environment/wrapping/lock_wrapping.h"
#include "cppet/environment/wrapping/memory_wrapping.h"
#include "cppet/environment/wrapping/queue_wrapping.h"
#include "cppet/environment/wrapping/record_adding.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

void WriteToStandardError(absl::string_view text) {
  // Nothing depends on it.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, text.data(), text.size());
}

// Null if there is nothing to show.
std::unique_ptr<Progress> MakeProgress(ProgressMode mode, int64_t total) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (mode == ProgressMode::kNever) return nullptr;
  ProgressOptions options;
  options.redraw = terminal || mode == ProgressMode::kAlways;
  if (winsize size; ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 &&
                    size.ws_col > 1 && size.ws_col <= options.width) {
    options.width = size.ws_col - 1;
  }
  return std::make_unique<Progress>(total, WriteToStandardError, options);
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
        next_(options.first) {}

  absl::Status Run(int64_t total);

  // ExecutorClient, in the process of a run.
  void EnterChild(int64_t index, int64_t process) override;
  RunReport Compute(int64_t index) override;
  void Deliver(RunReport& report) override;

  // In the main process.
  std::optional<int64_t> NextRun() override;
  absl::Status BeforeWaiting() override;
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
  absl::Status MakeWrapping();
  std::unique_ptr<Executor> MakeExecutor(int64_t total);
  void Finished(const RunRecord& record, absl::string_view value);

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
  int64_t next_;
  // Of the trajectory when `when_all_started` was called.
  int64_t all_started_ = 0;
  // What completed runs left, if it is to stay in memory.
  std::vector<RunRecord> kept_;
  // Start times of the runs that are active.
  absl::flat_hash_map<int64_t, double> started_;
  bool in_child_ = false;
};

absl::Status Sweep::MakeWrapping() {
  const Wrapping::Finished finished = [this](const RunRecord& record,
                                             absl::string_view value) {
    Finished(record, value);
  };
  if (storage_ == nullptr) {
    wrapping_ = MakeMemoryWrapping(trajectory_, finished);
    return absl::OkStatus();
  }
  LockWrappingOptions lock_options;
  switch (options_.multiproc ? options_.wrap_mode : WrapMode::kLocal) {
    case WrapMode::kLocal:
      wrapping_ = MakeLocalWrapping(loop_, *storage_, trajectory_, finished);
      return absl::OkStatus();
    case WrapMode::kQueue:
      wrapping_ =
          MakeQueueWrapping(loop_, *storage_, trajectory_, log_, finished);
      return absl::OkStatus();
    case WrapMode::kPipe:
      return absl::UnimplementedError("wrap mode PIPE");
    case WrapMode::kNone:
      lock_options.lock = false;
      break;
    case WrapMode::kLock:
      break;
  }
  CPPET_ASSIGN_OR_RETURN(wrapping_, MakeLockWrapping(*storage_, trajectory_,
                                                     finished, lock_options));
  return absl::OkStatus();
}

std::unique_ptr<Executor> Sweep::MakeExecutor(int64_t total) {
  if (!options_.multiproc) return MakeInProcessExecutor(loop_);
  ProcessExecutorOptions options;
  options.processes = options_.when_all_started != nullptr
                          ? options_.ncores
                          : std::min<int64_t>(options_.ncores, total);
  options.timeout = options_.timeout;
  return options_.use_pool ? MakePoolExecutor(loop_, options)
                           : MakeForkExecutor(loop_, options);
}

absl::Status Sweep::Run(int64_t total) {
  CPPET_RETURN_IF_ERROR(MakeWrapping());
  const std::unique_ptr<Executor> executor = MakeExecutor(total);
  shown_progress_ = MakeProgress(options_.progress, total);
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
  for (RunRecord& record : kept_) {
    status.Update(AddRecord(std::move(record), trajectory_));
  }
  if (shown_progress_ != nullptr) shown_progress_->Finish();
  logged_progress_->Finish();
  if (!status.ok()) {
    log_.Error(absl::StrCat("the runs ended: ", status.ToString()));
    return status;
  }
  return absl::OkStatus();
}

void Sweep::EnterChild(int64_t index, int64_t process) {
  in_child_ = true;
  const std::string name = absl::StrCat("process_", process);
  log_.EnterChild(absl::StrCat(RunName(index), "_", name, ".txt"), name);
}

RunReport Sweep::Compute(int64_t index) {
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
  if (signals() > 0) return std::nullopt;
  while (next_ < trajectory_.length() && trajectory_.completed(next_)) ++next_;
  if (next_ >= trajectory_.length()) return std::nullopt;
  started_[next_] = UnixNow();
  return next_++;
}

absl::Status Sweep::BeforeWaiting() {
  if (options_.when_all_started == nullptr || signals() > 0 ||
      next_ < trajectory_.length() || all_started_ == next_) {
    return absl::OkStatus();
  }
  all_started_ = next_;
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
  RunLog::BeforeFork();
  return wrapping_->BeforeFork();
}

absl::Status Sweep::TakeReport(RunReport report) {
  started_.erase(report.record.index);
  if (!report.stored && !report.storage_status.ok()) {
    return WithPrefix(RunName(report.record.index), report.storage_status);
  }
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

void Sweep::Finished(const RunRecord& record, absl::string_view value) {
  trajectory_.NoteRun(record);
  if (options_.keep_in_memory && storage_ != nullptr && record.completed) {
    kept_.push_back(record);
  }
  std::string failure = record.failure;
  if (record.completed) {
    const absl::Status taken = take_value_(record.index, value);
    if (!taken.ok()) {
      failure = absl::StrCat("was stored, but what it returned is lost: ",
                             absl::string_view(taken.message()));
    }
  }
  const bool failed = !record.completed || !failure.empty();
  if (failed) {
    log_.Warning(absl::StrCat(RunName(record.index), " failed: ", failure));
    outcome_.AddFailure({record.index, std::move(failure)});
  } else {
    log_.Info(absl::StrCat(
        RunName(record.index), " finished after ",
        FormatDuration(record.finish_timestamp - record.start_timestamp)));
  }
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
