#ifndef CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_

#include <memory>

#include "absl/status/statusor.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

struct LockWrappingOptions {
  // One process at a time stores; false: that is up to the storage.
  bool lock = true;
};

// The process of each run stores it. A run whose process died before that is
// stored as failed at the end, when no other process is left. All that is
// referred to outlives it.
//
// With the lock, a process that stores is killed only by those who kill it
// directly: the death of the main process waits until it is done.
//
// Errors:
//   As the system's: there is no memory for a lock.
absl::StatusOr<std::unique_ptr<Wrapping>> MakeLockWrapping(
    StorageService& storage, const Trajectory& trajectory,
    Wrapping::Finished finished, const LockWrappingOptions& options = {});

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_LOCK_WRAPPING_H_
