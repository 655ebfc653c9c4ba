#ifndef CPPET_BASE_PROCESS_TREE_H_
#define CPPET_BASE_PROCESS_TREE_H_

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace cppet {

// A process, which is not mixed up with a later one of the same number.
struct ProcessId {
  pid_t pid = 0;
  int64_t start_time = 0;  // in the system's clock ticks since it booted

  friend bool operator==(const ProcessId& a, const ProcessId& b) {
    return a.pid == b.pid && a.start_time == b.start_time;
  }
};

// Returns the processes of `roots` that still run (a zombie does not) and all
// that descend from them. One whose parent has ended is only found if it is a
// root itself. Empty where there is no /proc.
//
//   std::vector<ProcessId> tree = ProcessTree({FindProcess(pid)});
std::vector<ProcessId> ProcessTree(absl::Span<const ProcessId> roots);

// Returns the process that has the number `pid` now, one with the start time -1
// if there is none.
ProcessId FindProcess(pid_t pid);

// Returns the number of the parent of a process that runs, 0 if there is none
// of the number `pid`.
pid_t ParentOf(pid_t pid);

}  // namespace cppet

#endif  // CPPET_BASE_PROCESS_TREE_H_
