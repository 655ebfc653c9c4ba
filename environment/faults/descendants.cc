#include "cppet/environment/faults/descendants.h"

#include <algorithm>
#include <tuple>

#include "cppet/base/process_tree.h"

namespace cppet {

std::vector<pid_t> Descendants(pid_t root) {
  const ProcessId root_process = FindProcess(root);
  std::vector<ProcessId> family = ProcessTree({&root_process, 1});
  std::sort(
      family.begin(), family.end(), [](const ProcessId& a, const ProcessId& b) {
        return std::tie(a.start_time, a.pid) < std::tie(b.start_time, b.pid);
      });
  std::vector<pid_t> descendants;
  for (const ProcessId& process : family) {
    if (process.pid != root) descendants.push_back(process.pid);
  }
  return descendants;
}

bool IsChildOf(pid_t parent, pid_t pid) { return ParentOf(pid) == parent; }

}  // namespace cppet
