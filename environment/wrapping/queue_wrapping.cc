#include "cppet/environment/wrapping/queue_wrapping.h"

#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/environment/wrapping/record_storing.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

// The most to store in one commit.
constexpr size_t kBatchRecords = 1000;
constexpr size_t kBatchBytes = 32 << 20;
// The most to have on their way.
constexpr size_t kMaxWaiting = 2 * kBatchRecords;
constexpr size_t kMaxWaitingBytes = kBatchBytes;

enum MessageType : uint8_t {
  kRecord,  // to the writer: an encoded record
  kStored,  // from it: a RunReport without a value for each record in turn
  kFailed,  // from it, as its last words: an encoded status
  kClosed,  // likewise, after it stored all
};

// What the writer process does, until nothing more comes or something fails.
class Writer {
 public:
  Writer(int socket, StorageService& storage, const Trajectory& trajectory,
         RunLog& log)
      : socket_(socket),
        reader_(socket),
        storage_(storage),
        trajectory_(trajectory),
        log_(log) {}

  void Work() {
    const absl::Status stored = StoreAll();
    absl::Status closed;
    {
      const ChildProcess::HoldDeath hold_death;
      closed = storage_.Close();
    }
    absl::Status status = stored;
    status.Update(closed);
    if (!status.ok()) log_.Error(status.ToString());
    // If the main process is gone, nobody is left to tell.
    SendMessage(socket_, status.ok() ? kClosed : kFailed, EncodeStatus(status))
        .IgnoreError();
  }

 private:
  absl::Status StoreAll() {
    while (true) {
      CPPET_ASSIGN_OR_RETURN(std::vector<RunRecord> records, NextBatch());
      if (records.empty()) return absl::OkStatus();
      {
        const ChildProcess::HoldDeath hold_death;
        CPPET_RETURN_IF_ERROR(
            StoreRecords(storage_, trajectory_, absl::MakeSpan(records)));
      }
      log_.Info(absl::StrCat("stored ", records.size(), " runs"));
      for (RunRecord& record : records) {
        RunReport report;
        report.record = std::move(record);
        CPPET_RETURN_IF_ERROR(
            SendMessage(socket_, kStored, EncodeRunReport(report)));
      }
    }
  }

  // Waits for a record and takes what has arrived besides; nothing at the end.
  absl::StatusOr<std::vector<RunRecord>> NextBatch() {
    std::vector<RunRecord> records;
    CPPET_ASSIGN_OR_RETURN(std::optional<Message> message,
                           reader_.WaitForMessage());
    size_t bytes = 0;
    while (message.has_value()) {
      bytes += message->body.size();
      CPPET_ASSIGN_OR_RETURN(RunRecord record, DecodeRunRecord(message->body));
      records.push_back(std::move(record));
      if (records.size() >= kBatchRecords || bytes >= kBatchBytes) break;
      message = reader_.Next();
      if (!message.has_value()) {
        CPPET_RETURN_IF_ERROR(reader_.ReadSome().status());
        message = reader_.Next();
      }
    }
    return records;
  }

  const int socket_;
  MessageReader reader_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  RunLog& log_;
};

class QueueWrapping : public Wrapping {
 public:
  QueueWrapping(EventLoop& loop, StorageService& storage,
                const Trajectory& trajectory, RunLog& log, Finished finished)
      : loop_(loop),
        storage_(storage),
        trajectory_(trajectory),
        log_(log),
        finished_(std::move(finished)) {}

  ~QueueWrapping() override { End(); }

  absl::Status Start() override {
    RunLog::BeforeFork();
    CPPET_ASSIGN_OR_RETURN(process_, ChildProcess::Start([this](int socket) {
                             loop_.CloseAll();
                             log_.EnterChild("queue_process.txt", "queue");
                             Writer(socket, storage_, trajectory_, log_).Work();
                           }));
    reader_.emplace(process_->socket());
    writer_.emplace(process_->socket());
    loop_.Watch(
        process_->socket(), [this] { Read(); }, [this] { Write(); });
    return absl::OkStatus();
  }

  absl::Status Take(RunReport report) override {
    CPPET_RETURN_IF_ERROR(status_);
    std::string bytes = std::exchange(report.encoded_record, {});
    if (bytes.empty()) bytes = EncodeRunRecord(report.record);
    writer_->Add(kRecord, std::move(bytes));
    waiting_bytes_ += report.value.size();
    waiting_.push_back(std::move(report.value));
    Write();
    return status_;
  }

  bool full() const override {
    return waiting_.size() >= kMaxWaiting ||
           waiting_bytes_ + writer_->pending_bytes() >= kMaxWaitingBytes;
  }

  absl::Status status() const override { return status_; }

  absl::Status Finish() override {
    bool told = false;
    while (status_.ok() && !closed_) {
      if (!told && writer_->pending_bytes() == 0) {
        shutdown(process_->socket(), SHUT_WR);
        told = true;
      }
      loop_.RunOnce();
    }
    End();
    return status_;
  }

 private:
  void Write() {
    if (const absl::Status written = writer_->WriteSome(); !written.ok()) {
      // Why it does not read may still be on its way.
      loop_.SetInterest(process_->socket(), true, false);
      return;
    }
    loop_.SetInterest(process_->socket(), true, writer_->pending_bytes() > 0);
  }

  void Read() {
    const absl::StatusOr<MessageReader::Result> result = reader_->ReadSome();
    while (std::optional<Message> message = reader_->Next()) {
      Handle(*message);
    }
    const bool open = result.ok() && *result != MessageReader::Result::kClosed;
    if (open || closed_ || !status_.ok()) return;
    loop_.Unwatch(process_->socket());
    status_ = absl::AbortedError(absl::StrCat(
        "the process that stores ", process_->Kill(), ", and ", waiting_.size(),
        " runs that were computed are not known as stored"));
  }

  void Handle(const Message& message) {
    switch (message.type) {
      case kStored: {
        absl::StatusOr<RunReport> report = DecodeRunReport(message.body);
        if (!report.ok() || waiting_.empty()) {
          status_.Update(absl::InternalError("no proper answer of the writer"));
          return;
        }
        std::string value = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= value.size();
        if (!report->record.completed) value.clear();
        finished_(report->record, value);
        return;
      }
      case kFailed:
        status_.Update(DecodeStatus(message.body));
        return;
      case kClosed:
        closed_ = true;
        return;
      default:
        return;
    }
  }

  void End() {
    if (process_ == nullptr) return;
    loop_.Unwatch(process_->socket());
    process_ = nullptr;
  }

  EventLoop& loop_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  RunLog& log_;
  const Finished finished_;
  std::unique_ptr<ChildProcess> process_;
  std::optional<MessageReader> reader_;
  std::optional<MessageWriter> writer_;
  // The values that runs returned whose records are on their way.
  std::deque<std::string> waiting_;
  size_t waiting_bytes_ = 0;
  bool closed_ = false;
  absl::Status status_;
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
