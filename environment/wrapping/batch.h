#ifndef CPPET_ENVIRONMENT_WRAPPING_BATCH_H_
#define CPPET_ENVIRONMENT_WRAPPING_BATCH_H_

#include <chrono>
#include <cstddef>

namespace cppet {

// The most to store in one commit.
inline constexpr size_t kBatchRecords = 1000;
inline constexpr size_t kBatchBytes = 32 << 20;

// The time from one commit to the next, if there is not so much to store, so
// that runs of that time share what a commit costs: with it, a sweep of
// programs that do nothing takes 0.7 times as long.
inline constexpr std::chrono::milliseconds kBatchTime(20);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_BATCH_H_
