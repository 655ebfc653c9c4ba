#include "cppet/storage/journal/faults/isolated.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

void WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(3);
    text.remove_prefix(written);
  }
}

// Reads until the end or the deadline; whether it was the end.
bool ReadUntil(absl::Time deadline, int fd, std::string* output) {
  for (;;) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd waiting = {fd, POLLIN, 0};
    poll(&waiting, 1,
         absl::ToInt64Milliseconds(std::min(left, absl::Seconds(1))) + 1);
    if (waiting.revents == 0) continue;
    char buffer[4096];
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    output->append(buffer, size);
  }
}

struct Child {
  pid_t id = -1;
  UniqueFd output;
  int error = 0;  // if it was not started
};

using Work =
    std::function<void(const std::function<void(absl::string_view)>& say)>;

Child Start(const Work& work) {
  Child child;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    child.error = errno;
    return child;
  }
  child.output.Reset(ends[0]);
  const UniqueFd write_end(ends[1]);
  child.id = fork();
  child.error = errno;
  if (child.id == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work([&write_end](absl::string_view text) {
      WriteAll(write_end.get(), text);
    });
    _exit(0);
  }
  return child;
}

IsolatedResult WaitFor(const Child& child, absl::Duration timeout) {
  IsolatedResult result;
  if (child.id < 0) {
    result.end = absl::StrCat("was not started: ", strerror(child.error));
    return result;
  }
  const bool in_time =
      ReadUntil(absl::Now() + timeout, child.output.get(), &result.output);
  if (!in_time) kill(child.id, SIGKILL);
  int status = 0;
  while (waitpid(child.id, &status, 0) < 0 && errno == EINTR) {
  }
  result.ended_well = in_time && status == 0;
  if (!in_time) {
    result.end = absl::StrCat("hung for ", absl::FormatDuration(timeout));
  } else if (WIFSIGNALED(status)) {
    result.end = absl::StrCat("crashed by signal ", WTERMSIG(status), " (",
                              strsignal(WTERMSIG(status)), ")");
  } else {
    result.end = absl::StrCat("exited with code ", WEXITSTATUS(status));
  }
  return result;
}

}  // namespace

IsolatedResult RunIsolated(const Work& work, absl::Duration timeout) {
  return WaitFor(Start(work), timeout);
}

std::vector<IsolatedResult> RunAllIsolated(
    int count,
    const std::function<void(
        int number, const std::function<void(absl::string_view)>& say)>& work) {
  std::vector<Child> children;
  for (int i = 0; i < count; ++i) {
    children.push_back(Start([&](const auto& say) { work(i, say); }));
  }
  std::vector<IsolatedResult> results;
  for (const Child& child : children) {
    results.push_back(WaitFor(child, absl::InfiniteDuration()));
  }
  return results;
}

}  // namespace cppet
