#include "cppet/environment/wrapping/unlocked_wrapping.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/wrapping/record_storing.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

class UnlockedWrapping : public Wrapping {
 public:
  UnlockedWrapping(StorageService& storage, const Trajectory& trajectory,
                   Finished finished)
      : storage_(storage),
        trajectory_(trajectory),
        finished_(std::move(finished)) {}

  void Deliver(RunReport& report) override {
    const ChildProcess::HoldDeath hold_death;
    report.storage_status =
        StoreRecords(storage_, trajectory_, absl::MakeSpan(&report.record, 1));
    report.storage_status.Update(storage_.Close());
    report.stored = true;
    if (!report.record.completed) report.value.clear();
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(status_);
    const int64_t index = report.record.index;
    if (!report.storage_status.ok()) {
      status_ = WithPrefix(RunName(index), report.storage_status);
      return status_;
    }
    finished_(report.record, report.value);
    // What became of an earlier try does not matter any more.
    if (report.stored) {
      deaths_.erase(index);
    } else {
      deaths_[index] = std::move(report.record);
    }
    return absl::OkStatus();
  }

  absl::Status status() const override { return status_; }

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
  // Of runs whose process died, by index.
  std::map<int64_t, RunRecord> deaths_;
  absl::Status status_;
};

}  // namespace

std::unique_ptr<Wrapping> MakeUnlockedWrapping(StorageService& storage,
                                               const Trajectory& trajectory,
                                               Wrapping::Finished finished) {
  return std::make_unique<UnlockedWrapping>(storage, trajectory,
                                            std::move(finished));
}

}  // namespace cppet
