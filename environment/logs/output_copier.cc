#include "cppet/environment/logs/output_copier.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>

#include "absl/time/clock.h"
#include "cppet/environment/logs/log_line.h"

namespace cppet {
namespace {

constexpr size_t kBufferSize = 64 << 10;
constexpr size_t kMaxLine = 64 << 10;
constexpr int kMaxStreams = 2;
// Tells that a thread of the parent has ended. It only interrupts waiting.
constexpr int kParentSignal = SIGUSR1;

void DoNothing(int /*signal*/) {}

// No signal but SIGKILL does anything but to interrupt ppoll with this mask.
sigset_t BecomeDeaf() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  // A crash is ours and not to be told by handlers of the program.
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action = {};
    action.sa_handler = signal == kParentSignal ? DoNothing : SIG_DFL;
    sigaction(signal, &action, nullptr);
  }
  sigdelset(&all, kParentSignal);
  return all;
}

void CloseRange(unsigned first, unsigned last) {
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  const unsigned end = std::min<int64_t>(sysconf(_SC_OPEN_MAX), last + 1LL);
  for (unsigned fd = first; fd < end; ++fd) close(fd);
}

// absl::Now may take a lock.
absl::Time Now() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return absl::TimeFromTimespec(now);
}

}  // namespace

OutputCopier::OutputCopier(absl::string_view process, int log)
    : process_(process), log_(log), buffer_(new char[kBufferSize]) {
  streams_.reserve(kMaxStreams);
  kept_.reserve(2 + 2 * kMaxStreams);
  // Rules of time zones are looked up now and not later.
  LogLineStart(Now(), zone_, process_, "");
}

void OutputCopier::Add(int from, int to, absl::string_view label) {
  streams_.push_back({from, to, std::string(label), LineCutter(kMaxLine)});
}

void OutputCopier::Work(int control, pid_t parent) {
  setpgid(0, 0);
  const sigset_t mask = BecomeDeaf();
  prctl(PR_SET_PDEATHSIG, kParentSignal);
  CloseOthers(control);
  std::array<pollfd, 1 + kMaxStreams> waiting;
  const size_t count = 1 + streams_.size();
  while (getppid() == parent) {
    waiting[0] = {control, POLLIN, 0};
    for (size_t i = 1; i < count; ++i) {
      const Stream& stream = streams_[i - 1];
      waiting[i] = {stream.open ? stream.from : -1, POLLIN, 0};
    }
    if (ppoll(waiting.data(), count, nullptr, &mask) <= 0) continue;
    if (waiting[0].revents != 0) break;
    for (size_t i = 1; i < count; ++i) {
      if (waiting[i].revents != 0) Copy(streams_[i - 1], kBufferSize);
    }
  }
  for (Stream& stream : streams_) CopyRest(stream);
}

void OutputCopier::CloseOthers(int control) {
  kept_ = {control, log_};
  for (const Stream& stream : streams_) {
    kept_.push_back(stream.from);
    kept_.push_back(stream.to);
  }
  std::sort(kept_.begin(), kept_.end());
  unsigned next = 0;
  for (const unsigned fd : kept_) {
    if (fd > 0) CloseRange(next, fd - 1);
    next = fd + 1;
  }
  CloseRange(next, UINT_MAX);
}

size_t OutputCopier::Copy(Stream& stream, size_t limit) {
  const ssize_t size =
      read(stream.from, buffer_.get(), std::min(limit, kBufferSize));
  if (size < 0) return 0;
  if (size == 0) {
    stream.open = false;
    return 0;
  }
  const absl::string_view bytes(buffer_.get(), size);
  WriteAll(stream.to, bytes);
  stream.lines.Add(bytes, [&](absl::string_view line) { Log(stream, line); });
  return size;
}

void OutputCopier::CopyRest(Stream& stream) {
  // Not what others, who may never end, add in the meantime.
  int rest = 0;
  ioctl(stream.from, FIONREAD, &rest);
  while (rest > 0) {
    const size_t size = Copy(stream, rest);
    if (size == 0) break;
    rest -= size;
  }
  stream.lines.Finish([&](absl::string_view line) { Log(stream, line); });
}

void OutputCopier::Log(const Stream& stream, absl::string_view line) {
  WriteLogLine(log_, LogLineStart(Now(), zone_, process_, stream.label), line);
}

}  // namespace cppet
