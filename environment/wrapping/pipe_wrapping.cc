#include "cppet/environment/wrapping/pipe_wrapping.h"

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/environment/wrapping/record_pipe.h"
#include "cppet/environment/wrapping/storing_process.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

// Completed runs come from their processes, failed ones from the main process.
class PipeSource : public RecordSource {
 public:
  PipeSource(int socket, UniqueFd pipe, RunLog& log)
      : socket_(socket),
        main_(socket),
        pipe_fd_(std::move(pipe)),
        pipe_(pipe_fd_.get()),
        log_(log) {}

  absl::StatusOr<std::vector<RunRecord>> NextBatch(
      EventLoop::Clock::time_point due) override {
    batch_.clear();
    batch_runs_.clear();
    batch_bytes_ = 0;
    while (true) {
      CPPET_RETURN_IF_ERROR(ReadMain());
      CPPET_RETURN_IF_ERROR(ReadPipe());
      if (IsFull()) break;
      // What their processes wrote before they ended has arrived by now.
      CPPET_RETURN_IF_ERROR(TakeFailed());
      if (main_closed_) break;
      if (!batch_.empty() && EventLoop::Clock::now() >= due) break;
      pollfd waiting[] = {{socket_, POLLIN, 0}, {pipe_fd_.get(), POLLIN, 0}};
      poll(waiting, 2, batch_.empty() ? -1 : EventLoop::PollTimeout(due));
    }
    if (batch_.empty() && pipe_.parts() > 0) {
      log_.Warning(absl::StrCat("parts of ", pipe_.parts(),
                                " runs are dropped, whose processes died"));
    }
    return std::exchange(batch_, {});
  }

  void Stored(const RunRecord& record) override {
    if (record.completed) completed_.insert(record.index);
  }

 private:
  bool IsFull() const {
    return batch_.size() >= kBatchRecords || batch_bytes_ >= kBatchBytes;
  }

  // A run whose process died when it had handed over all is known twice.
  bool IsKnown(int64_t index) const {
    return completed_.count(index) > 0 || batch_runs_.count(index) > 0;
  }

  absl::Status ReadMain() {
    if (main_closed_) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const MessageReader::Result result,
                           main_.ReadSome());
    main_closed_ = result == MessageReader::Result::kClosed;
    return absl::OkStatus();
  }

  absl::Status ReadPipe() {
    while (!IsFull()) {
      CPPET_ASSIGN_OR_RETURN(
          const std::optional<RecordPipeReader::Record> record, pipe_.Next());
      if (!record.has_value()) return absl::OkStatus();
      CPPET_RETURN_IF_ERROR(Take(record->bytes));
    }
    return absl::OkStatus();
  }

  absl::Status TakeFailed() {
    while (!IsFull()) {
      const std::optional<Message> message = main_.Next();
      if (!message.has_value()) return absl::OkStatus();
      CPPET_RETURN_IF_ERROR(Take(message->body));
    }
    return absl::OkStatus();
  }

  absl::Status Take(absl::string_view bytes) {
    CPPET_ASSIGN_OR_RETURN(RunRecord record, DecodeRunRecord(bytes));
    pipe_.Drop(record.index);
    if (IsKnown(record.index)) return absl::OkStatus();
    batch_bytes_ += bytes.size();
    batch_runs_.insert(record.index);
    batch_.push_back(std::move(record));
    return absl::OkStatus();
  }

  const int socket_;
  MessageReader main_;
  const UniqueFd pipe_fd_;
  RecordPipeReader pipe_;
  RunLog& log_;
  bool main_closed_ = false;
  std::vector<RunRecord> batch_;
  std::set<int64_t> batch_runs_;
  size_t batch_bytes_ = 0;
  std::set<int64_t> completed_;
};

class PipeWrapping : public Wrapping {
 public:
  PipeWrapping(EventLoop& loop, StorageService& storage,
               const Trajectory& trajectory, RunLog& log, Finished finished)
      : log_(log),
        finished_(std::move(finished)),
        process_(loop, storage, trajectory, log,
                 {[this](RunReport report) { return Stored(report.record); },
                  [this] { return waiting_.size(); }}) {}

  absl::Status Start() override {
    CPPET_ASSIGN_OR_RETURN(auto ends, MakeRecordPipe());
    pipe_ = std::move(ends.second);
    return process_.Start("pipe", [&](int socket) {
      pipe_.Reset();
      return std::make_unique<PipeSource>(socket, std::move(ends.first), log_);
    });
  }

  void Deliver(RunReport& report) override {
    if (!report.record.completed) return;
    report.storage_status = WriteRecord(pipe_.get(), report.record.index,
                                        EncodeRunRecord(report.record));
    report.stored = true;  // or never will be
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(process_.status());
    const int64_t index = report.record.index;
    if (!report.storage_status.ok()) {
      // The process that stores has more to say of it.
      delivery_status_.Update(
          WithPrefix(RunName(index), report.storage_status));
      return absl::OkStatus();
    }
    if (const auto stored = stored_.find(index); stored != stored_.end()) {
      const RunRecord record = std::move(stored->second);
      stored_.erase(stored);
      Finish(record, report.value);
      return absl::OkStatus();
    }
    waiting_bytes_ += report.value.size();
    waiting_[index] = std::move(report.value);
    if (!report.stored) {
      process_.Send(report.encoded_record.empty()
                        ? EncodeRunRecord(report.record)
                        : std::move(report.encoded_record));
    }
    return process_.status();
  }

  bool full() const override {
    return waiting_.size() >= kMaxWaiting ||
           waiting_bytes_ + process_.pending_bytes() >= kMaxWaitingBytes;
  }

  absl::Status status() const override { return process_.status(); }

  absl::Status Finish() override {
    pipe_.Reset();
    CPPET_RETURN_IF_ERROR(process_.Finish());
    // Their processes were killed before they could report.
    for (const auto& [index, record] : std::exchange(stored_, {})) {
      Finish(record, "");
    }
    return delivery_status_;
  }

 private:
  // It may be known before the run's report.
  absl::Status Stored(RunRecord& record) {
    const auto waiting = waiting_.find(record.index);
    if (waiting == waiting_.end()) {
      stored_[record.index] = std::move(record);
      return absl::OkStatus();
    }
    const std::string value = std::move(waiting->second);
    waiting_.erase(waiting);
    waiting_bytes_ -= value.size();
    Finish(record, value);
    return absl::OkStatus();
  }

  void Finish(const RunRecord& record, absl::string_view value) {
    finished_(record, record.completed ? value : "");
  }

  RunLog& log_;
  const Finished finished_;
  UniqueFd pipe_;  // to write
  // The values that runs returned which are reported and not known as stored.
  std::map<int64_t, std::string> waiting_;
  size_t waiting_bytes_ = 0;
  // What is known as stored and not reported.
  std::map<int64_t, RunRecord> stored_;
  absl::Status delivery_status_;
  StoringProcess process_;
};

}  // namespace

std::unique_ptr<Wrapping> MakePipeWrapping(EventLoop& loop,
                                           StorageService& storage,
                                           const Trajectory& trajectory,
                                           RunLog& log,
                                           Wrapping::Finished finished) {
  return std::make_unique<PipeWrapping>(loop, storage, trajectory, log,
                                        std::move(finished));
}

}  // namespace cppet
