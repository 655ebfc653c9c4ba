#ifndef CPPET_ENVIRONMENT_WRAPPING_PIPE_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_PIPE_WRAPPING_H_

#include <memory>

#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// As MakeQueueWrapping, but what a completed run left does not pass through the
// main process: the run's process hands it to the one that stores, and waits as
// long as that is busy. It logs to pipe_process.txt.
//
// A run whose process died when it had handed over all is completed; what it
// returned is lost.
std::unique_ptr<Wrapping> MakePipeWrapping(EventLoop& loop,
                                           StorageService& storage,
                                           const Trajectory& trajectory,
                                           RunLog& log,
                                           Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_PIPE_WRAPPING_H_
