#ifndef CPPET_ENVIRONMENT_WRAPPING_BATCH_H_
#define CPPET_ENVIRONMENT_WRAPPING_BATCH_H_

#include <chrono>
#include <cstddef>

namespace cppet {

// The most to store in one commit. A large array is stored at once: the next
// run then gets its memory, which it would have to get from the system. With
// arrays of 16 MiB that halves the time.
inline constexpr size_t kBatchRecords = 4000;
inline constexpr size_t kBatchBytes = 8 << 20;

// The time from one commit to the next, if there is not so much to store, so
// that runs of that time share what a commit costs: with it, a sweep of
// programs that do nothing takes 0.83 times as long.
inline constexpr std::chrono::milliseconds kBatchTime(20);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_BATCH_H_
