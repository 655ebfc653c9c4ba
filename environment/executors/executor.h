#ifndef CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_H_
#define CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cppet/environment/calls/run_report.h"

namespace cppet {

// A process of runs.
struct RunProcess {
  // The run that it was forked for, or kNoRun if it may do many.
  int64_t index = 0;
  // Counts processes from 1.
  int64_t number = 0;
  // The lowest that no other process had, from 0. Its own until its end was
  // seen.
  int place = 0;
};

// Whom an executor works for: knows the runs, what to do in them and where what
// they leave goes.
class ExecutorClient {
 public:
  virtual ~ExecutorClient() = default;

  // In the process of the run. None may throw.

  // First of all, if it is not the main process.
  virtual void EnterChild(const RunProcess& /*process*/) {}
  // Does the run. What it takes counts towards the timeout.
  virtual RunReport Compute(int64_t index) = 0;
  // Hands over what it left; the report goes to TakeReport afterwards, in the
  // main process. What it takes does not count towards the timeout.
  virtual void Deliver(RunReport& /*report*/) {}

  // In the main process.

  // The next run to start, or none if none is to be started now. That is asked
  // again as long as a run is at work.
  virtual std::optional<int64_t> NextRun() = 0;
  // While this is true, NextRun is asked again although no run is at work.
  virtual bool may_have_more() { return false; }
  virtual absl::Status BeforeFork() { return absl::OkStatus(); }
  // What became of a run. An error ends all.
  virtual absl::Status TakeReport(RunReport report) = 0;
  // The same for one whose process died before it could report.
  virtual absl::Status TakeDeath(int64_t index, std::string failure) = 0;
  // All runs that could be started are; reports are waited for after that. An
  // error ends all.
  virtual absl::Status BeforeWaiting() { return absl::OkStatus(); }
  // While this is true, reports stay where they are, and no run starts.
  virtual bool full() { return false; }
  // An error ends all: processes are killed, their runs forgotten.
  virtual absl::Status status() { return absl::OkStatus(); }
  // Makes `call` at a time when no process of a run is at Deliver, if that
  // matters, as `call` kills one.
  virtual void WhileNoneDelivers(const std::function<void()>& call) { call(); }
};

// Does runs, in processes of its own or not.
class Executor {
 public:
  virtual ~Executor() = default;

  // Does all runs of `client` and returns when the last has finished. No
  // process that it started is left then, nor a child of one.
  //
  // Errors:
  //   Of `client`; others as the system's: there are no more processes.
  virtual absl::Status Execute(ExecutorClient& client) = 0;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXECUTORS_EXECUTOR_H_
