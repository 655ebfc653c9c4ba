#ifndef CPPET_BASE_ISOLATED_CALL_H_
#define CPPET_BASE_ISOLATED_CALL_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cppet {

struct IsolatedCallOptions {
  // Bytes of memory that the call may take beyond what this process has. In
  // programs that were built with a sanitizer, which needs all of the address
  // space, what takes more is found some milliseconds later.
  int64_t max_memory = int64_t{1} << 30;
  // Bytes of its result.
  int64_t max_result = int64_t{1} << 28;
  // The longest time for the call to take.
  absl::Duration timeout = absl::Minutes(10);
};

// Takes what the call is about to do, for the error if it dies of it.
using TakeNote = std::function<void(absl::string_view)>;

// Returns what `function` returns, called in a forked copy of this process:
// whatever it does to memory, it does to that copy, of which nothing is left
// but the bytes or the error that it returns.
//
//   CallIsolated([&](const TakeNote& note) -> absl::StatusOr<std::string> {
//     note(filename);
//     return ReadWithLibraryThatCrashes(filename);
//   });
//
// Other threads do not exist in the copy: none of them may be in a library that
// `function` needs.
//
// Errors: those of `function`, and
//   kAborted: the copy died: "was killed by signal 11 (Segmentation fault) at
//     NOTE", with the last note.
//   kDeadlineExceeded: it took longer than the timeout; likewise with the note.
//   kResourceExhausted: it needs more memory than it may take, or its result
//     is too large.
//   Others as the system's, which has no more processes, files or memory.
absl::StatusOr<std::string> CallIsolated(
    const std::function<absl::StatusOr<std::string>(const TakeNote&)>& function,
    const IsolatedCallOptions& options = {});

}  // namespace cppet

#endif  // CPPET_BASE_ISOLATED_CALL_H_
