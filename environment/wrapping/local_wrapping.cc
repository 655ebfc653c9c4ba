#include "cppet/environment/wrapping/local_wrapping.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/environment/wrapping/record_storing.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

using Clock = EventLoop::Clock;

// About what `record` takes in memory.
size_t ByteSize(const RunRecord& record) {
  size_t size = 0;
  for (const LeafRecord& leaf : record.leaves) {
    for (const auto& [name, value] : leaf.items) {
      if (value.is_text()) {
        for (const std::string& text : value.texts()) size += text.size();
      } else {
        size += value.bytes().size();
      }
    }
  }
  return size;
}

class LocalWrapping : public Wrapping {
 public:
  LocalWrapping(EventLoop& loop, StorageService& storage,
                const Trajectory& trajectory, Finished finished)
      : loop_(loop),
        storage_(storage),
        trajectory_(trajectory),
        finished_(std::move(finished)) {}

  absl::Status BeforeFork() override {
    if (!std::exchange(open_, false)) return absl::OkStatus();
    return storage_.Close();
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(status_);
    if (!report.encoded_record.empty()) {
      CPPET_ASSIGN_OR_RETURN(report.record,
                             DecodeRunRecord(report.encoded_record));
    }
    bytes_ += ByteSize(report.record);
    records_.push_back(std::move(report.record));
    values_.push_back(std::move(report.value));
    const Clock::time_point due = last_commit_ + kBatchTime;
    if (records_.size() >= kBatchRecords || bytes_ >= kBatchBytes ||
        Clock::now() >= due) {
      Commit();
    } else if (records_.size() == 1) {
      loop_.CallAt(due, [this] { Commit(); });
    }
    return status_;
  }

  absl::Status status() const override { return status_; }

  absl::Status Finish() override {
    Commit();
    return status_;
  }

 private:
  void Commit() {
    if (records_.empty() || !status_.ok()) return;
    {
      const Interrupts::HoldExit hold_exit;
      open_ = true;
      status_ = StoreRecords(storage_, trajectory_, absl::MakeSpan(records_));
    }
    last_commit_ = Clock::now();
    bytes_ = 0;
    const std::vector<RunRecord> records = std::exchange(records_, {});
    const std::vector<std::string> values = std::exchange(values_, {});
    if (!status_.ok()) return;
    for (size_t i = 0; i < records.size(); ++i) {
      finished_(records[i], values[i]);
    }
  }

  EventLoop& loop_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  const Finished finished_;
  absl::Status status_;
  // What waits for the next commit, and the values that the runs returned.
  std::vector<RunRecord> records_;
  std::vector<std::string> values_;
  size_t bytes_ = 0;
  Clock::time_point last_commit_ = Clock::time_point::min() + kBatchTime;
  bool open_ = false;
};

}  // namespace

std::unique_ptr<Wrapping> MakeLocalWrapping(EventLoop& loop,
                                            StorageService& storage,
                                            const Trajectory& trajectory,
                                            Wrapping::Finished finished) {
  return std::make_unique<LocalWrapping>(loop, storage, trajectory,
                                         std::move(finished));
}

}  // namespace cppet
