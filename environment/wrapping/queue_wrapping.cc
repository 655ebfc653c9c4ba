#include "cppet/environment/wrapping/queue_wrapping.h"

#include <poll.h>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/environment/wrapping/storing_process.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

// All comes from the main process.
class QueueSource : public RecordSource {
 public:
  explicit QueueSource(int socket) : socket_(socket), reader_(socket) {}

  absl::StatusOr<std::vector<RunRecord>> NextBatch(
      EventLoop::Clock::time_point due) override {
    std::vector<RunRecord> records;
    size_t bytes = 0;
    while (true) {
      CPPET_ASSIGN_OR_RETURN(const MessageReader::Result result,
                             reader_.ReadSome());
      while (std::optional<Message> message = reader_.Next()) {
        bytes += message->body.size();
        CPPET_ASSIGN_OR_RETURN(RunRecord record,
                               DecodeRunRecord(message->body));
        records.push_back(std::move(record));
        if (records.size() >= kBatchRecords || bytes >= kBatchBytes) {
          return records;
        }
      }
      if (result == MessageReader::Result::kClosed) return records;
      if (result == MessageReader::Result::kMore) continue;
      if (!records.empty() && EventLoop::Clock::now() >= due) return records;
      pollfd waiting = {socket_, POLLIN, 0};
      poll(&waiting, 1, records.empty() ? -1 : EventLoop::PollTimeout(due));
    }
  }

 private:
  const int socket_;
  MessageReader reader_;
};

class QueueWrapping : public Wrapping {
 public:
  QueueWrapping(EventLoop& loop, StorageService& storage,
                const Trajectory& trajectory, RunLog& log, Finished finished)
      : finished_(std::move(finished)),
        process_(loop, storage, trajectory, log,
                 {[this](RunReport report) { return Stored(report); },
                  [this] { return waiting_.size(); }}) {}

  absl::Status Start() override {
    return process_.Start("queue", [](int socket) {
      return std::make_unique<QueueSource>(socket);
    });
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(process_.status());
    std::string bytes = std::exchange(report.encoded_record, {});
    if (bytes.empty()) bytes = EncodeRunRecord(report.record);
    waiting_bytes_ += report.value.size();
    waiting_.push_back(std::move(report.value));
    process_.Send(std::move(bytes));
    return process_.status();
  }

  bool full() const override {
    return waiting_.size() >= kMaxWaiting ||
           waiting_bytes_ + process_.pending_bytes() >= kMaxWaitingBytes;
  }

  absl::Status status() const override { return process_.status(); }

  absl::Status Finish() override { return process_.Finish(); }

 private:
  // They are stored in the order in which they were sent.
  absl::Status Stored(const RunReport& report) {
    if (waiting_.empty()) {
      return absl::InternalError("more runs are stored than were computed");
    }
    std::string value = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= value.size();
    if (!report.record.completed) value.clear();
    finished_(report.record, value);
    return absl::OkStatus();
  }

  const Finished finished_;
  // The values that runs returned whose records are on their way.
  std::deque<std::string> waiting_;
  size_t waiting_bytes_ = 0;
  StoringProcess process_;
};

}  // namespace

std::unique_ptr<Wrapping> MakeQueueWrapping(EventLoop& loop,
                                            StorageService& storage,
                                            const Trajectory& trajectory,
                                            RunLog& log,
                                            Wrapping::Finished finished) {
  return std::make_unique<QueueWrapping>(loop, storage, trajectory, log,
                                         std::move(finished));
}

}  // namespace cppet
