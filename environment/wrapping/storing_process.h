#ifndef CPPET_ENVIRONMENT_WRAPPING_STORING_PROCESS_H_
#define CPPET_ENVIRONMENT_WRAPPING_STORING_PROCESS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The most reports to have on their way.
inline constexpr size_t kMaxWaiting = 2 * kBatchRecords;
inline constexpr size_t kMaxWaitingBytes = kBatchBytes;

// Where a process that stores has records from.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // Waits for a record and until `due`, and returns what has arrived. Does not
  // wait any longer for what one commit takes, or at the end. Nothing once
  // there will be no more.
  virtual absl::StatusOr<std::vector<RunRecord>> NextBatch(
      EventLoop::Clock::time_point due) = 0;
  // Told of each of them once it is stored, perhaps as that of a failed run.
  virtual void Stored(const RunRecord& /*record*/) {}
};

// A process that does nothing else than to store records, all that waits for it
// in one commit, and says so. It lives until Finish(), and `storage` must not
// be used until then. All that is referred to outlives the object.
class StoringProcess {
 public:
  struct Client {
    // Told of each record once it is stored: a report without a value.
    std::function<absl::Status(RunReport report)> stored;
    // How many runs are on their way, for an error.
    std::function<size_t()> waiting;
  };
  // In the process that stores. From `socket` come the messages of Send, whose
  // bodies are encoded records; it is closed when there will be no more.
  using MakeSource = std::function<std::unique_ptr<RecordSource>(int socket)>;

  StoringProcess(EventLoop& loop, StorageService& storage,
                 const Trajectory& trajectory, RunLog& log, Client client);
  ~StoringProcess();

  StoringProcess(const StoringProcess&) = delete;
  StoringProcess& operator=(const StoringProcess&) = delete;

  // It logs to <name>_process.txt.
  absl::Status Start(absl::string_view name, const MakeSource& make_source);

  // Sends an encoded record.
  void Send(std::string record);
  // Of what was sent and is not written yet.
  size_t pending_bytes() const { return writer_->pending_bytes(); }

  // What went wrong; it stays so.
  absl::Status status() const { return status_; }

  // Returns when it has stored all and ended.
  absl::Status Finish();

 private:
  void Write();
  void Read();
  void Handle(const Message& message);
  void End();

  EventLoop& loop_;
  StorageService& storage_;
  const Trajectory& trajectory_;
  RunLog& log_;
  const Client client_;
  std::unique_ptr<ChildProcess> process_;
  std::optional<MessageReader> reader_;
  std::optional<MessageWriter> writer_;
  bool closed_ = false;
  absl::Status status_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_STORING_PROCESS_H_
