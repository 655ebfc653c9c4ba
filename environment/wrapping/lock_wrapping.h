#ifndef CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_

#include <memory>

#include "absl/status/statusor.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The processes of runs store them, one process at a time: each puts its run in
// memory that all share, and one of them stores what is there, some
// milliseconds after the last time. So runs share what opening the file and a
// commit cost: with a commit for each, a sweep of short runs takes 20 times as
// long. A run whose process died before is stored as failed at the end, when no
// other process is left. All that is referred to outlives it.
//
// A process that stores is killed only by those who kill it directly: the death
// of the main process waits until it is done. What it had begun with is stored
// by the next one.
//
// Errors:
//   As the system's: there is no memory for a lock, or for the runs.
absl::StatusOr<std::unique_ptr<Wrapping>> MakeLockWrapping(
    EventLoop& loop, StorageService& storage, const Trajectory& trajectory,
    Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_
