#ifndef CPPET_ENVIRONMENT_WRAPPING_QUEUE_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_QUEUE_WRAPPING_H_

#include <memory>

#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// A process that does nothing else stores what runs left, all that waits for
// it in one commit, and says so. It logs to queue_process.txt. Not more than
// some ten megabytes are on their way to it, or one run, as long as its owner
// waits while it is full. It lives until Finish(), and `storage` must not be
// used until then. All that is referred to outlives it.
std::unique_ptr<Wrapping> MakeQueueWrapping(EventLoop& loop,
                                            StorageService& storage,
                                            const Trajectory& trajectory,
                                            RunLog& log,
                                            Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_QUEUE_WRAPPING_H_
