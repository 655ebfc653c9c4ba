#ifndef CPPET_ENVIRONMENT_PROCESSES_EVENT_LOOP_H_
#define CPPET_ENVIRONMENT_PROCESSES_EVENT_LOOP_H_

#include <chrono>
#include <functional>
#include <map>
#include <utility>

namespace cppet {

// Waits for many file descriptors at once, in one thread.
//
//   loop.Watch(fd, [&] { Read(fd); });
//   while (!done) loop.RunOnce();
class EventLoop {
 public:
  // Neither sleep nor a change of the time of day disturb it.
  using Clock = std::chrono::steady_clock;

  // How long to let poll() wait for `deadline`: in ms, rounded up, so that it
  // has passed afterwards.
  static int PollTimeout(Clock::time_point deadline);

  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Calls `readable` each time that `fd` has something to read or was closed
  // by the other side, and `writable` each time that it takes something. Both
  // may watch and unwatch. `fd` stays the caller's.
  void Watch(int fd, std::function<void()> readable,
             std::function<void()> writable = nullptr);
  // Whether to look for that at all; at first for what can be read only.
  void SetInterest(int fd, bool readable, bool writable);
  void Unwatch(int fd);

  // Calls `call` once, at `time` or soon after.
  void CallAt(Clock::time_point time, std::function<void()> call);

  // Waits until something is to be called, or for `deadline`, and makes the
  // calls.
  void RunOnce(Clock::time_point deadline = Clock::time_point::max());

  // In a forked child: closes all that is watched, as it is the parent's, and
  // forgets all calls.
  void CloseAll();

 private:
  struct Watched {
    std::function<void()> readable;
    std::function<void()> writable;
    bool want_read = true;
    bool want_write = false;
  };

  std::map<int, Watched> watched_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROCESSES_EVENT_LOOP_H_
