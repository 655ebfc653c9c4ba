#include "cppet/environment/processes/event_loop.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "glog/logging.h"

namespace cppet {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);

}  // namespace

int EventLoop::PollTimeout(Clock::time_point deadline) {
  const Clock::time_point now = Clock::now();
  if (deadline <= now) return 0;
  if (deadline - now >= kLongestWait) return kLongestWait.count();
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
}

void EventLoop::Watch(int fd, std::function<void()> readable,
                      std::function<void()> writable) {
  Watched& watched = watched_[fd];
  watched = Watched();
  watched.readable = std::move(readable);
  watched.writable = std::move(writable);
}

void EventLoop::SetInterest(int fd, bool readable, bool writable) {
  const auto it = watched_.find(fd);
  CHECK(it != watched_.end()) << fd;
  it->second.want_read = readable;
  it->second.want_write = writable;
}

void EventLoop::Unwatch(int fd) { watched_.erase(fd); }

void EventLoop::CallAt(Clock::time_point time, std::function<void()> call) {
  timers_.emplace(time, std::move(call));
}

void EventLoop::RunOnce(Clock::time_point deadline) {
  if (!timers_.empty()) deadline = std::min(deadline, timers_.begin()->first);
  std::vector<pollfd> fds;
  fds.reserve(watched_.size());
  for (const auto& [fd, watched] : watched_) {
    const decltype(pollfd::events) events =
        (watched.want_read ? POLLIN : 0) | (watched.want_write ? POLLOUT : 0);
    // poll reports the end of a connection even to those who want nothing.
    if (events != 0) fds.push_back({fd, events, 0});
  }
  const int ready = poll(fds.data(), fds.size(), PollTimeout(deadline));
  PCHECK(ready >= 0 || errno == EINTR || errno == ENOMEM) << "poll";
  for (const pollfd& fd : fds) {
    if (ready <= 0) break;
    CHECK_EQ(fd.revents & POLLNVAL, 0) << fd.fd << " was closed while watched";
    // Each call may have unwatched this one; a copy outlives that.
    if (const auto it = watched_.find(fd.fd);
        it != watched_.end() && it->second.want_read &&
        (fd.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const std::function<void()> readable = it->second.readable;
      readable();
    }
    if (const auto it = watched_.find(fd.fd);
        it != watched_.end() && it->second.want_write &&
        (fd.revents & (POLLOUT | POLLERR)) != 0) {
      const std::function<void()> writable = it->second.writable;
      writable();
    }
  }
  const Clock::time_point now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const std::function<void()> call = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    call();
  }
}

void EventLoop::CloseAll() {
  for (const auto& [fd, watched] : watched_) close(fd);
  watched_.clear();
  timers_.clear();
}

}  // namespace cppet
