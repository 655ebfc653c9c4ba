#ifndef CPPET_ENVIRONMENT_FAULTS_DESCENDANTS_H_
#define CPPET_ENVIRONMENT_FAULTS_DESCENDANTS_H_

#include <sys/types.h>

#include <vector>

namespace cppet {

// The processes that run, which zombies do not, and descend from `root`, in the
// order in which they started. `root` is not among them.
std::vector<pid_t> Descendants(pid_t root);

// Whether the process `pid` runs, and `parent` is its parent.
bool IsChildOf(pid_t parent, pid_t pid);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_DESCENDANTS_H_
