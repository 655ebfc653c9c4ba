#include "cppet/environment/faults/sweep_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/faults/descendants.h"
#include "cppet/environment/faults/in_child.h"

namespace cppet {
namespace {

// For a process that stores when its main process is killed: it ends after
// that. The disk may be slow.
constexpr absl::Duration kGrace = absl::Seconds(5);
constexpr absl::Duration kPollTime = absl::Milliseconds(1);

std::string ErrorsFile(const std::string& folder) {
  return absl::StrCat(folder, "/ERRORS");
}

// Those that descend from this process.
std::vector<pid_t> Others(const std::vector<pid_t>& known) {
  std::vector<pid_t> others = Descendants(getpid());
  others.erase(std::remove_if(others.begin(), others.end(),
                              [&](pid_t pid) {
                                return std::find(known.begin(), known.end(),
                                                 pid) != known.end();
                              }),
               others.end());
  return others;
}

}  // namespace

absl::StatusOr<pid_t> StartSweep(const std::string& folder,
                                 const FaultySweepOptions& options) {
  return StartChild([&] {
    const UniqueFd errors(
        open(ErrorsFile(folder).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666));
    if (!errors.is_open()) return 1;
    dup2(errors.get(), STDERR_FILENO);
    const absl::StatusOr<int64_t> failed = RunFaultySweep(folder, options);
    if (!failed.ok()) {
      std::cerr << failed.status() << std::endl;
      return 1;
    }
    return *failed == 0 ? 0 : 2;
  });
}

std::string SweepErrors(const std::string& folder) {
  return absl::StrReplaceAll(ReadFile(ErrorsFile(folder)).value_or(""),
                             {{"\n", " "}});
}

void AdoptOrphans() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

int64_t ReapChildren(const std::vector<pid_t>& known) {
  const absl::Time deadline = absl::Now() + kGrace;
  while (true) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> others = Others(known);
    if (others.empty()) return 0;
    if (absl::Now() >= deadline) {
      for (const pid_t pid : others) kill(pid, SIGKILL);
      return others.size();
    }
    absl::SleepFor(kPollTime);
  }
}

}  // namespace cppet
