#include "cppet/environment/wrapping/storing_process.h"

#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/wrapping/record_storing.h"

namespace cppet {
namespace {

enum MessageType : uint8_t {
  kRecord,  // to the process that stores: an encoded record
  kStored,  // from it: a RunReport without a value for each record
  kFailed,  // from it, as its last words: an encoded status
  kClosed,  // likewise, after it stored all
};

// What the process does, until nothing more comes or something fails.
class Storer {
 public:
  Storer(int socket, RecordSource& source, StorageService& storage,
         const Trajectory& trajectory, RunLog& log)
      : socket_(socket),
        source_(source),
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
    EventLoop::Clock::time_point due;
    while (true) {
      CPPET_ASSIGN_OR_RETURN(std::vector<RunRecord> records,
                             source_.NextBatch(due));
      if (records.empty()) return absl::OkStatus();
      due = EventLoop::Clock::now() + kBatchTime;
      {
        const ChildProcess::HoldDeath hold_death;
        CPPET_RETURN_IF_ERROR(
            StoreRecords(storage_, trajectory_, absl::MakeSpan(records)));
      }
      log_.Info(absl::StrCat("stored ", records.size(), " runs"));
      for (RunRecord& record : records) {
        source_.Stored(record);
        RunReport report;
        report.record = std::move(record);
        CPPET_RETURN_IF_ERROR(
            SendMessage(socket_, kStored, EncodeRunReport(report)));
      }
    }
  }

  const int socket_;
  RecordSource& source_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  RunLog& log_;
};

}  // namespace

StoringProcess::StoringProcess(EventLoop& loop, StorageService& storage,
                               const Trajectory& trajectory, RunLog& log,
                               Client client)
    : loop_(loop),
      storage_(storage),
      trajectory_(trajectory),
      log_(log),
      client_(std::move(client)) {}

StoringProcess::~StoringProcess() { End(); }

absl::Status StoringProcess::Start(absl::string_view name,
                                   const MakeSource& make_source) {
  RunLog::BeforeFork();
  CPPET_ASSIGN_OR_RETURN(
      process_, ChildProcess::Start([&](int socket) {
        loop_.CloseAll();
        log_.EnterChild(absl::StrCat(name, "_process.txt"), name);
        const auto source = make_source(socket);
        Storer(socket, *source, storage_, trajectory_, log_).Work();
      }));
  reader_.emplace(process_->socket());
  writer_.emplace(process_->socket());
  loop_.Watch(
      process_->socket(), [this] { Read(); }, [this] { Write(); });
  return absl::OkStatus();
}

void StoringProcess::Send(std::string record) {
  writer_->Add(kRecord, std::move(record));
  Write();
}

absl::Status StoringProcess::Finish() {
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

void StoringProcess::Write() {
  if (const absl::Status written = writer_->WriteSome(); !written.ok()) {
    // Why it does not read may still be on its way.
    loop_.SetInterest(process_->socket(), true, false);
    return;
  }
  loop_.SetInterest(process_->socket(), true, writer_->pending_bytes() > 0);
}

void StoringProcess::Read() {
  const absl::StatusOr<MessageReader::Result> result = reader_->ReadSome();
  while (std::optional<Message> message = reader_->Next()) {
    Handle(*message);
  }
  const bool open = result.ok() && *result != MessageReader::Result::kClosed;
  if (open || closed_ || !status_.ok()) return;
  loop_.Unwatch(process_->socket());
  status_ = absl::AbortedError(absl::StrCat(
      "the process that stores ", process_->Kill(), ", and ", client_.waiting(),
      " runs that were computed are not known as stored"));
}

void StoringProcess::Handle(const Message& message) {
  switch (message.type) {
    case kStored: {
      absl::StatusOr<RunReport> report = DecodeRunReport(message.body);
      status_.Update(report.ok() ? client_.stored(*std::move(report))
                                 : report.status());
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

void StoringProcess::End() {
  if (process_ == nullptr) return;
  loop_.Unwatch(process_->socket());
  process_ = nullptr;
}

}  // namespace cppet
