#include "cppet/environment/wrapping/lock_wrapping.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/base/process_mutex.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/wrapping/record_storing.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

class LockWrapping : public Wrapping {
 public:
  LockWrapping(StorageService& storage, const Trajectory& trajectory,
               Finished finished, std::unique_ptr<ProcessMutex> mutex)
      : storage_(storage),
        trajectory_(trajectory),
        finished_(std::move(finished)),
        mutex_(std::move(mutex)) {}

  void Deliver(RunReport& report) override {
    std::optional<ProcessMutexLock> lock;
    // Whether an earlier holder died is the storage's business: it finds out
    // when it opens its file.
    if (mutex_ != nullptr) lock.emplace(mutex_.get());
    const ChildProcess::HoldDeath hold_death;
    report.storage_status =
        StoreRecords(storage_, trajectory_, absl::MakeSpan(&report.record, 1));
    report.storage_status.Update(storage_.Close());
    report.stored = true;
    if (!report.record.completed) report.value.clear();
    lock.reset();
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(status_);
    if (!report.storage_status.ok()) {
      status_ = WithPrefix(RunName(report.record.index), report.storage_status);
      return status_;
    }
    finished_(report.record, report.value);
    // What became of an earlier try does not matter any more.
    const int64_t index = report.record.index;
    if (report.stored) {
      deaths_.erase(index);
    } else {
      deaths_[index] = std::move(report.record);
    }
    return absl::OkStatus();
  }

  absl::Status status() const override { return status_; }

  void WhileNoneDelivers(const std::function<void()>& call) override {
    std::optional<ProcessMutexLock> lock;
    if (mutex_ != nullptr) lock.emplace(mutex_.get());
    call();
  }

  absl::Status Finish() override {
    CPPET_RETURN_IF_ERROR(status_);
    const Interrupts::HoldExit hold_exit;
    std::vector<RunRecord> deaths;
    for (auto& [index, record] : std::exchange(deaths_, {})) {
      deaths.push_back(std::move(record));
    }
    status_ = StoreRecords(storage_, trajectory_, absl::MakeSpan(deaths));
    return status_;
  }

 private:
  StorageService& storage_;
  const Trajectory& trajectory_;
  const Finished finished_;
  const std::unique_ptr<ProcessMutex> mutex_;  // null: there is no lock
  // Of runs whose process died, by index.
  std::map<int64_t, RunRecord> deaths_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Wrapping>> MakeLockWrapping(
    StorageService& storage, const Trajectory& trajectory,
    Wrapping::Finished finished, const LockWrappingOptions& options) {
  std::unique_ptr<ProcessMutex> mutex;
  if (options.lock) {
    CPPET_ASSIGN_OR_RETURN(mutex, ProcessMutex::Create());
  }
  return std::make_unique<LockWrapping>(storage, trajectory,
                                        std::move(finished), std::move(mutex));
}

}  // namespace cppet
