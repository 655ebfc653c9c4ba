#ifndef CPPET_ENVIRONMENT_WRAPPING_LOCAL_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_LOCAL_WRAPPING_H_

#include <memory>

#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The main process stores: a run that finishes more than 20 ms after the last
// commit at once, others together, 20 ms after it at the latest if `loop` has
// its turn then. All that is referred to outlives it.
std::unique_ptr<Wrapping> MakeLocalWrapping(EventLoop& loop,
                                            StorageService& storage,
                                            const Trajectory& trajectory,
                                            Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_LOCAL_WRAPPING_H_
