#ifndef CPPET_ENVIRONMENT_FAULTS_IN_CHILD_H_
#define CPPET_ENVIRONMENT_FAULTS_IN_CHILD_H_

#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cppet {

// Forks, calls `body` in the child and returns the child. It leads a process
// group of its own, exits with what `body` returns, and is killed when this
// process ends.
//
// Errors:
//   As the system's.
absl::StatusOr<pid_t> StartChild(const std::function<int()>& body);

// Waits until the child `pid` ended, and returns its status as waitpid(2) does.
//
// Errors:
//   kDeadlineExceeded: it still runs after `timeout`.
absl::StatusOr<int> WaitForChild(pid_t pid, absl::Duration timeout);

// Whether the child `pid`, which nobody waited for yet, has ended.
bool HasEnded(pid_t pid);

// "exited with code 3", "was killed by signal 9 (Killed)".
std::string DescribeEnd(int status);

// Calls `body` in a child and returns what it returns: HDF5 may crash or hang
// at a damaged file.
//
// Errors:
//   kAborted: the child ended in another way; says how.
//   kDeadlineExceeded: it took longer than `timeout`, and was killed.
absl::StatusOr<std::string> CallInChild(
    const std::function<std::string()>& body, absl::Duration timeout);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_IN_CHILD_H_
