#ifndef CPPET_ENVIRONMENT_WRAPPING_UNLOCKED_WRAPPING_H_
#define CPPET_ENVIRONMENT_WRAPPING_UNLOCKED_WRAPPING_H_

#include <memory>

#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// The process of each run stores it at once. That only one does at a time is up
// to the storage. A run whose process died before that is stored as failed at
// the end, when no other process is left. All that is referred to outlives it.
std::unique_ptr<Wrapping> MakeUnlockedWrapping(StorageService& storage,
                                               const Trajectory& trajectory,
                                               Wrapping::Finished finished);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_UNLOCKED_WRAPPING_H_
