#include "cppet/environment/faults/in_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

constexpr absl::Duration kPollTime = absl::Microseconds(500);

// Reads all that is written to `fd`; false if it takes too long.
bool ReadAll(int fd, absl::Time deadline, std::string* out) {
  char buffer[4096];
  while (true) {
    pollfd ready = {fd, POLLIN, 0};
    const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
    const int polled = poll(&ready, 1, std::max<int64_t>(left, 0));
    if (polled == 0) return false;
    if (polled < 0) continue;  // a signal
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    out->append(buffer, size);
  }
}

}  // namespace

absl::StatusOr<pid_t> StartChild(const std::function<int()>& body) {
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(body());
  }
  return pid;
}

absl::StatusOr<int> WaitForChild(pid_t pid, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return status;
    if (ended < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "wait");
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("still runs after ", absl::FormatDuration(timeout)));
    }
    absl::SleepFor(kPollTime);
  }
}

bool HasEnded(pid_t pid) {
  siginfo_t info = {};
  waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid != 0;
}

std::string DescribeEnd(int status) {
  if (WIFEXITED(status)) {
    return absl::StrCat("exited with code ", WEXITSTATUS(status));
  }
  return absl::StrCat("was killed by signal ", WTERMSIG(status), " (",
                      strsignal(WTERMSIG(status)), ")");
}

absl::StatusOr<std::string> CallInChild(
    const std::function<std::string()>& body, absl::Duration timeout) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const absl::Time deadline = absl::Now() + timeout;
  CPPET_ASSIGN_OR_RETURN(const pid_t child, StartChild([&] {
                           const std::string text = body();
                           // Short enough for a pipe, or read meanwhile.
                           return write(write_end.get(), text.data(),
                                        text.size()) == text.size()
                                      ? 0
                                      : 1;
                         }));
  write_end.Reset();
  std::string text;
  const bool read = ReadAll(read_end.get(), deadline, &text);
  if (!read) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
  if (!read) {
    return absl::DeadlineExceededError(
        absl::StrCat("took longer than ", absl::FormatDuration(timeout)));
  }
  return absl::AbortedError(absl::StrCat("the child ", DescribeEnd(status)));
}

}  // namespace cppet
