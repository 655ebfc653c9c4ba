#include "cppet/environment/wrapping/lock_wrapping.h"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/base/process_mutex.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/environment/wrapping/record_buffer.h"
#include "cppet/environment/wrapping/record_storing.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

using Outcome = RecordBuffer::Outcome;

class LockWrapping : public Wrapping {
 public:
  LockWrapping(EventLoop& loop, StorageService& storage,
               const Trajectory& trajectory, Finished finished,
               std::unique_ptr<ProcessMutex> mutex,
               std::unique_ptr<RecordBuffer> buffer)
      : loop_(loop),
        storage_(storage),
        trajectory_(trajectory),
        finished_(std::move(finished)),
        mutex_(std::move(mutex)),
        buffer_(std::move(buffer)) {}

  void Deliver(RunReport& report) override {
    const ChildProcess::HoldDeath hold_death;
    report.stored = true;  // or will be, whatever becomes of this process
    if (!buffer_->Add(EncodeRunRecord(report.record))) {
      const ProcessMutexLock lock(mutex_.get());
      report.storage_status = StoreWaiting(&report.record);
    } else if (buffer_->IsDue() && mutex_->TryLock()) {
      // If another process stores now, this one's run will be due again.
      report.storage_status = StoreWaiting();
      mutex_->Unlock();
    }
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(status_);
    const int64_t index = report.record.index;
    if (!report.storage_status.ok()) {
      return Fail(WithPrefix(RunName(index), report.storage_status));
    }
    if (report.stored) {
      waiting_[index].push_back(std::move(report));
      TakeOutcomes();
      WatchWaiting();
      return status_;
    }
    finished_(report.record, report.value);
    deaths_[index] = std::move(report.record);
    return absl::OkStatus();
  }

  absl::Status status() const override { return status_; }

  void WhileNoneDelivers(const std::function<void()>& call) override {
    const ProcessMutexLock lock(mutex_.get());
    call();
  }

  absl::Status Finish() override {
    CPPET_RETURN_IF_ERROR(status_);
    const Interrupts::HoldExit hold_exit;
    {
      const ProcessMutexLock lock(mutex_.get());
      CPPET_RETURN_IF_ERROR(Fail(StoreWaiting()));
    }
    TakeOutcomes();
    if (!waiting_.empty()) {
      return Fail(absl::InternalError(absl::StrCat(
          waiting_.size(), " runs that were computed are not stored")));
    }
    CPPET_RETURN_IF_ERROR(status_);
    std::vector<RunRecord> deaths;
    for (auto& [index, record] : std::exchange(deaths_, {})) {
      deaths.push_back(std::move(record));
    }
    return Fail(StoreRecords(storage_, trajectory_, absl::MakeSpan(deaths)));
  }

 private:
  absl::Status Fail(absl::Status status) {
    status_.Update(status);
    return status;
  }

  // Stores what is in the buffer, and `more` if there is. For who has the
  // mutex.
  absl::Status StoreWaiting(const RunRecord* more = nullptr) {
    absl::Status status;
    // What a process that died had begun with comes before what waits since.
    bool again = true;
    while (status.ok() && again) {
      const RecordBuffer::Batch batch = buffer_->Take();
      again = batch.again;
      status = StoreBatch(batch, again ? nullptr : more);
    }
    status.Update(storage_.Close());
    return status;
  }

  absl::Status StoreBatch(const RecordBuffer::Batch& batch,
                          const RunRecord* more) {
    std::vector<RunRecord> records;
    for (const std::string& bytes : batch.records) {
      CPPET_ASSIGN_OR_RETURN(RunRecord record, DecodeRunRecord(bytes));
      records.push_back(std::move(record));
    }
    if (more != nullptr) records.push_back(*more);
    std::vector<Outcome> outcomes;
    absl::Span<RunRecord> rest = absl::MakeSpan(records);
    while (!rest.empty()) {
      // Two tries of a run cannot be stored at once.
      std::set<int64_t> indices;
      while (indices.size() < rest.size() &&
             indices.insert(rest[indices.size()].index).second) {
      }
      CPPET_RETURN_IF_ERROR(
          Store(rest.first(indices.size()), batch.again, &outcomes));
      rest.remove_prefix(indices.size());
    }
    buffer_->Finish(outcomes);
    return absl::OkStatus();
  }

  absl::Status Store(absl::Span<RunRecord> records, bool again,
                     std::vector<Outcome>* outcomes) {
    std::set<int64_t> completed;
    for (const RunRecord& record : records) {
      if (record.completed) completed.insert(record.index);
    }
    std::set<int64_t> completed_before;
    CPPET_RETURN_IF_ERROR(
        StoreRecords(storage_, trajectory_, records, &completed_before));
    for (const RunRecord& record : records) {
      Outcome& outcome = outcomes->emplace_back();
      outcome.index = record.index;
      if (!record.completed && completed.count(record.index) > 0) {
        outcome.kind = Outcome::Kind::kRefused;
        outcome.failure = record.failure;
      } else if (completed_before.count(record.index) > 0 && !again) {
        outcome.kind = Outcome::Kind::kWasThere;
      }
    }
    return absl::OkStatus();
  }

  // In the main process.

  // What becomes of the runs in the buffer is looked at now and then.
  void WatchWaiting() {
    if (is_watching_ || waiting_.empty() || !status_.ok()) return;
    is_watching_ = true;
    loop_.CallAt(EventLoop::Clock::now() + kBatchTime, [this] {
      is_watching_ = false;
      // Its process may be long at its next run, or have ended.
      if (buffer_->IsDue() && mutex_->TryLock()) {
        const Interrupts::HoldExit hold_exit;
        Fail(StoreWaiting()).IgnoreError();
        mutex_->Unlock();
      }
      TakeOutcomes();
      WatchWaiting();
    });
  }

  void TakeOutcomes() {
    for (Outcome& outcome : buffer_->TakeOutcomes()) {
      outcomes_[outcome.index].push_back(std::move(outcome));
    }
    // A run may be stored before it is reported, or if its process was killed
    // before that, be stored and never reported.
    for (auto next = waiting_.begin(); next != waiting_.end();) {
      const auto reports = next++;
      const auto outcomes = outcomes_.find(reports->first);
      if (outcomes == outcomes_.end()) continue;
      while (!reports->second.empty() && !outcomes->second.empty()) {
        Tell(std::move(reports->second.front()), outcomes->second.front());
        reports->second.pop_front();
        outcomes->second.pop_front();
      }
      if (outcomes->second.empty()) outcomes_.erase(outcomes);
      if (reports->second.empty()) waiting_.erase(reports);
    }
  }

  void Tell(RunReport report, const Outcome& outcome) {
    const int64_t index = report.record.index;
    const bool was_tried = deaths_.erase(index) > 0;
    if (outcome.kind == Outcome::Kind::kWasThere && !was_tried) {
      // Of an earlier try, whose process died right after it, it is all right.
      Fail(absl::AlreadyExistsError(
               absl::StrCat(RunName(index), " is completed already")))
          .IgnoreError();
      return;
    }
    if (outcome.kind == Outcome::Kind::kRefused) {
      report.record.completed = false;
      report.record.failure = outcome.failure;
    }
    finished_(report.record, report.record.completed ? report.value : "");
  }

  EventLoop& loop_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  const Finished finished_;
  const std::unique_ptr<ProcessMutex> mutex_;  // of who stores
  const std::unique_ptr<RecordBuffer> buffer_;
  // By index, for each try: reports of runs that are not known as stored, and
  // outcomes of runs that are not reported.
  std::map<int64_t, std::deque<RunReport>> waiting_;
  std::map<int64_t, std::deque<Outcome>> outcomes_;
  bool is_watching_ = false;
  // Of runs whose process died, by index.
  std::map<int64_t, RunRecord> deaths_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Wrapping>> MakeLockWrapping(
    EventLoop& loop, StorageService& storage, const Trajectory& trajectory,
    Wrapping::Finished finished) {
  CPPET_ASSIGN_OR_RETURN(auto mutex, ProcessMutex::Create());
  CPPET_ASSIGN_OR_RETURN(auto buffer, RecordBuffer::Create());
  return std::make_unique<LockWrapping>(loop, storage, trajectory,
                                        std::move(finished), std::move(mutex),
                                        std::move(buffer));
}

}  // namespace cppet
