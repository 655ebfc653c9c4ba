#ifndef CPPET_BASE_PARALLEL_FOR_H_
#define CPPET_BASE_PARALLEL_FOR_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace cppet {

// Calls `call` with each of 0, 1, ..., `count` - 1, in this thread and in as
// many others as this process has more processors for, and returns when all are
// done. 0 is called in this thread, the others in any. The first exception of
// `call` is thrown again then. The other threads get no signals and are gone
// afterwards, so that this process may fork.
void ParallelFor(size_t count, absl::FunctionRef<void(size_t)> call);

}  // namespace cppet

#endif  // CPPET_BASE_PARALLEL_FOR_H_
