#ifndef CPPET_ENVIRONMENT_EXECUTORS_IN_PROCESS_EXECUTOR_H_
#define CPPET_ENVIRONMENT_EXECUTORS_IN_PROCESS_EXECUTOR_H_

#include <memory>

#include "cppet/environment/executors/executor.h"
#include "cppet/environment/processes/event_loop.h"

namespace cppet {

// Does one run after the other in this process. `loop` gets a turn after each.
std::unique_ptr<Executor> MakeInProcessExecutor(EventLoop& loop);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXECUTORS_IN_PROCESS_EXECUTOR_H_
