#ifndef CPPET_ENVIRONMENT_EXECUTORS_PROCESS_EXECUTOR_H_
#define CPPET_ENVIRONMENT_EXECUTORS_PROCESS_EXECUTOR_H_

#include <memory>

#include "cppet/environment/executors/executor.h"
#include "cppet/environment/processes/event_loop.h"

namespace cppet {

struct ProcessExecutorOptions {
  // The most at a time.
  int processes = 1;
  // One that has done its work and is about to end counts as well, so that no
  // process has another place than 0 to processes - 1. Runs that take a few
  // milliseconds then take longer.
  bool exclusive_places = false;
  // Seconds for a run, after which its process is killed; 0: no limit.
  double timeout = 0;
};

// Does each run in a forked process of its own.
//
// A process that dies before its run has reported (it crashed, was killed,
// called exit) or takes too long fails this run and no other. Whatever a
// process started is killed when it ends, and all when this process dies.
std::unique_ptr<Executor> MakeForkExecutor(
    EventLoop& loop, const ProcessExecutorOptions& options = {});

// The same with processes that do one run after the other. One that dies is
// replaced.
std::unique_ptr<Executor> MakePoolExecutor(
    EventLoop& loop, const ProcessExecutorOptions& options = {});

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXECUTORS_PROCESS_EXECUTOR_H_
