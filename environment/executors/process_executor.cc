#include "cppet/environment/executors/process_executor.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/message_channel.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_record.h"

namespace cppet {
namespace {

using Clock = EventLoop::Clock;

// How often to ask for processes that ended although their socket is open, as
// what they started holds it.
constexpr std::chrono::milliseconds kTick(100);
// A process whose socket is closed is about to end.
constexpr std::chrono::milliseconds kClosedTick(1);
// For one that should end.
constexpr std::chrono::seconds kGrace(1);

enum MessageType : uint8_t {
  kRun,       // to the process: the index of its next run
  kComputed,  // the run is done, what it left is not delivered yet
  kRecord,    // the record of the report that follows
  kReport,
};

std::string EncodeIndex(int64_t index) {
  return std::string(reinterpret_cast<const char*>(&index), sizeof(index));
}

int64_t DecodeIndex(absl::string_view bytes) {
  int64_t index = kNoRun;
  if (bytes.size() == sizeof(index)) {
    std::memcpy(&index, bytes.data(), sizeof(index));
  }
  return index;
}

struct Worker {
  Worker(std::unique_ptr<ChildProcess> child, int place)
      : process(std::move(child)), reader(process->socket()), place(place) {}

  std::unique_ptr<ChildProcess> process;
  MessageReader reader;
  const int place;
  std::optional<int64_t> run;  // what it is at
  Clock::time_point deadline = Clock::time_point::max();
  std::string record;                       // whose report is still to come
  std::optional<Clock::time_point> closed;  // when its socket was
  // Since when it should end by itself, as it is of no more use.
  std::optional<Clock::time_point> done;
};

class ProcessExecutor : public Executor {
 public:
  ProcessExecutor(EventLoop& loop, const ProcessExecutorOptions& options,
                  bool reuse)
      : loop_(loop), options_(options), reuse_(reuse) {}

  absl::Status Execute(ExecutorClient& client) override;

 private:
  // In the main process.
  absl::Status ExecuteAll();
  absl::Status StartRuns();
  absl::Status StartWorker(int64_t run);
  void BeginRun(Worker& worker, int64_t run);
  void CloseWorker(Worker& worker);
  void RemoveWorker(std::list<Worker>::iterator worker);
  bool RoomForWorker() const;
  int FreePlace() const;
  bool AnyRun() const;
  void SetReading(bool reading);
  Clock::time_point NextCheck() const;
  void Read(Worker& worker);
  void Take(Worker& worker, Message message);
  absl::Status CheckWorkers();
  // Sets `failure` if the run of `worker` has one, and returns whether the
  // worker is of no more use.
  bool CheckWorker(Worker& worker, bool tick,
                   std::optional<std::string>* failure);

  // In a worker.
  void Work(int socket, int64_t run, RunProcess process);

  EventLoop& loop_;
  const ProcessExecutorOptions options_;
  const bool reuse_;
  ExecutorClient* client_ = nullptr;
  std::list<Worker> workers_;
  std::optional<int64_t> next_run_;  // for which there was no process
  bool none_next_ = false;           // as the client said when last asked
  int64_t started_ = 0;              // processes
  Clock::time_point last_tick_;
  bool reading_ = true;
  absl::Status status_;  // of the client, in a call from the loop
};

absl::Status ProcessExecutor::Execute(ExecutorClient& client) {
  client_ = &client;
  next_run_.reset();
  status_ = absl::OkStatus();
  last_tick_ = Clock::now();
  absl::Status status = ExecuteAll();
  if (!AnyRun()) {
    while (!workers_.empty()) RemoveWorker(workers_.begin());
    return status;
  }
  client.WhileNoneDelivers([&] {
    while (!workers_.empty()) {
      // What it delivered already is not lost; that is no time for errors.
      if (!workers_.front().closed) Read(workers_.front());
      RemoveWorker(workers_.begin());
    }
  });
  return status;
}

absl::Status ProcessExecutor::ExecuteAll() {
  while (true) {
    CPPET_RETURN_IF_ERROR(StartRuns());
    if (!next_run_) CPPET_RETURN_IF_ERROR(client_->BeforeWaiting());
    const bool full = client_->full();
    if (!full && !AnyRun() && none_next_ && !client_->may_have_more()) {
      return absl::OkStatus();
    }
    SetReading(!full);
    loop_.RunOnce(NextCheck());
    CPPET_RETURN_IF_ERROR(status_);
    CPPET_RETURN_IF_ERROR(client_->status());
    CPPET_RETURN_IF_ERROR(CheckWorkers());
  }
}

absl::Status ProcessExecutor::StartRuns() {
  auto idle = workers_.begin();
  none_next_ = false;
  while (!client_->full()) {
    while (idle != workers_.end() &&
           (idle->run || idle->closed || idle->done)) {
      ++idle;
    }
    if (idle == workers_.end() && !RoomForWorker()) break;
    if (!next_run_) next_run_ = client_->NextRun();
    none_next_ = !next_run_;
    if (none_next_) break;
    if (idle != workers_.end()) {
      if (SendMessage(idle->process->socket(), kRun, EncodeIndex(*next_run_))
              .ok()) {
        BeginRun(*idle, *std::exchange(next_run_, std::nullopt));
      } else {
        CloseWorker(*idle);
      }
      continue;
    }
    CPPET_RETURN_IF_ERROR(client_->BeforeFork());
    absl::Status started = StartWorker(*next_run_);
    if (!started.ok()) {
      // There may be room for it when another one has ended, which may have
      // done its run already.
      if (!workers_.empty()) break;
      return started;
    }
    next_run_.reset();
  }
  return absl::OkStatus();
}

absl::Status ProcessExecutor::StartWorker(int64_t run) {
  RunProcess process;
  process.index = reuse_ ? kNoRun : run;
  process.number = started_ + 1;
  process.place = FreePlace();
  CPPET_ASSIGN_OR_RETURN(
      std::unique_ptr<ChildProcess> child,
      ChildProcess::Start([&](int socket) { Work(socket, run, process); }));
  ++started_;
  Worker& worker = workers_.emplace_back(std::move(child), process.place);
  loop_.Watch(worker.process->socket(), [this, &worker] { Read(worker); });
  loop_.SetInterest(worker.process->socket(), reading_, false);
  BeginRun(worker, run);
  return absl::OkStatus();
}

void ProcessExecutor::BeginRun(Worker& worker, int64_t run) {
  worker.run = run;
  if (options_.timeout > 0) {
    worker.deadline =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(options_.timeout));
  }
}

void ProcessExecutor::CloseWorker(Worker& worker) {
  loop_.Unwatch(worker.process->socket());
  worker.closed = Clock::now();
}

void ProcessExecutor::RemoveWorker(std::list<Worker>::iterator worker) {
  loop_.Unwatch(worker->process->socket());
  workers_.erase(worker);
}

bool ProcessExecutor::RoomForWorker() const {
  if (options_.exclusive_places) return workers_.size() < options_.processes;
  return std::count_if(workers_.begin(), workers_.end(),
                       [](const Worker& worker) { return !worker.done; }) <
         options_.processes;
}

int ProcessExecutor::FreePlace() const {
  std::vector<bool> taken(workers_.size());
  for (const Worker& worker : workers_) {
    if (worker.place < taken.size()) taken[worker.place] = true;
  }
  return std::find(taken.begin(), taken.end(), false) - taken.begin();
}

bool ProcessExecutor::AnyRun() const {
  return std::any_of(
      workers_.begin(), workers_.end(),
      [](const Worker& worker) { return worker.run.has_value(); });
}

void ProcessExecutor::SetReading(bool reading) {
  if (std::exchange(reading_, reading) == reading) return;
  for (Worker& worker : workers_) {
    if (!worker.closed) {
      loop_.SetInterest(worker.process->socket(), reading, false);
    }
  }
}

Clock::time_point ProcessExecutor::NextCheck() const {
  Clock::time_point next = last_tick_ + kTick;
  for (const Worker& worker : workers_) {
    next = std::min(next, worker.deadline);
    if (worker.closed) next = std::min(next, Clock::now() + kClosedTick);
  }
  return next;
}

void ProcessExecutor::Read(Worker& worker) {
  const absl::StatusOr<MessageReader::Result> result = worker.reader.ReadSome();
  while (std::optional<Message> message = worker.reader.Next()) {
    Take(worker, *std::move(message));
  }
  if (!result.ok() || *result == MessageReader::Result::kClosed) {
    CloseWorker(worker);
  }
}

void ProcessExecutor::Take(Worker& worker, Message message) {
  if (!worker.run) return;
  switch (message.type) {
    case kComputed:
      worker.deadline = Clock::time_point::max();
      return;
    case kRecord:
      worker.record = std::move(message.body);
      return;
    case kReport:
      break;
    default:
      return;
  }
  const int64_t run = *std::exchange(worker.run, std::nullopt);
  worker.deadline = Clock::time_point::max();
  if (!reuse_) worker.done = Clock::now();
  absl::StatusOr<RunReport> report = DecodeRunReport(message.body);
  if (report.ok() && report->record.index != run) {
    report = absl::DataLossError("it is of another run");
  }
  if (!report.ok()) {
    status_.Update(client_->TakeDeath(
        run, absl::StrCat("its process sent no proper report: ",
                          absl::string_view(report.status().message()))));
    return;
  }
  report->encoded_record = std::exchange(worker.record, {});
  status_.Update(client_->TakeReport(*std::move(report)));
}

absl::Status ProcessExecutor::CheckWorkers() {
  const bool tick = Clock::now() >= last_tick_ + kTick;
  if (tick) last_tick_ = Clock::now();
  for (auto next = workers_.begin(); next != workers_.end();) {
    const auto worker = next++;
    std::optional<std::string> failure;
    if (!CheckWorker(*worker, tick, &failure)) continue;
    const std::optional<int64_t> run = worker->run;
    RemoveWorker(worker);
    if (run && failure) {
      CPPET_RETURN_IF_ERROR(client_->TakeDeath(*run, *std::move(failure)));
    }
  }
  return status_;
}

bool ProcessExecutor::CheckWorker(Worker& worker, bool tick,
                                  std::optional<std::string>* failure) {
  if ((worker.closed || tick) && worker.process->Ended()) {
    // It may have said something before.
    for (bool more = !worker.closed; more;) {
      const absl::StatusOr<MessageReader::Result> result =
          worker.reader.ReadSome();
      more = result.ok() && *result == MessageReader::Result::kMore;
    }
    while (std::optional<Message> message = worker.reader.Next()) {
      Take(worker, *std::move(message));
    }
    *failure = absl::StrCat("its process ", worker.process->Kill());
    return true;
  }
  const Clock::time_point now = Clock::now();
  if (worker.closed && now >= *worker.closed + kGrace) {
    *failure = "its process closed the connection to the main process";
    return true;
  }
  if (worker.done && now >= *worker.done + kGrace) return true;
  if (now < worker.deadline) return false;
  client_->WhileNoneDelivers([&] {
    // It may have come to its end just now.
    if (!worker.closed) Read(worker);
    if (!worker.run || now < worker.deadline) return;
    worker.process->Kill();
    *failure = absl::StrCat("ran past its timeout of ", options_.timeout, " s");
  });
  return failure->has_value();
}

void ProcessExecutor::Work(int socket, int64_t run, RunProcess process) {
  const pid_t self = getpid();
  // All others are the parent's.
  loop_.CloseAll();
  client_->EnterChild(process);
  MessageReader reader(socket);
  while (run != kNoRun) {
    RunReport report = client_->Compute(run);
    // The run forked and forgot to end the child.
    if (getpid() != self) _exit(EXIT_FAILURE);
    if (options_.timeout > 0 && !SendMessage(socket, kComputed, "").ok()) {
      return;
    }
    client_->Deliver(report);
    // From now on the parent may kill this process at any time.
    ChildProcess::FlushOutput();
    if (!report.stored &&
        !SendMessage(socket, kRecord, EncodeRunRecord(report.record)).ok()) {
      return;
    }
    if (!SendMessage(socket, kReport, EncodeRunReport(report)).ok()) return;
    if (!reuse_) return;
    absl::StatusOr<std::optional<Message>> message = reader.WaitForMessage();
    if (!message.ok() || !message->has_value()) return;
    run = DecodeIndex((*message)->body);
  }
}

}  // namespace

std::unique_ptr<Executor> MakeForkExecutor(
    EventLoop& loop, const ProcessExecutorOptions& options) {
  return std::make_unique<ProcessExecutor>(loop, options, /*reuse=*/false);
}

std::unique_ptr<Executor> MakePoolExecutor(
    EventLoop& loop, const ProcessExecutorOptions& options) {
  return std::make_unique<ProcessExecutor>(loop, options, /*reuse=*/true);
}

}  // namespace cppet
