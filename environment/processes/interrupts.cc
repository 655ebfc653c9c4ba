#include "cppet/environment/processes/interrupts.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/status/status.h"

namespace cppet {
namespace {

// What the handler sees. Signals may come in any thread.
std::atomic<bool> installed{false};
std::atomic<int> signals{0};
std::atomic<int> last_signal{0};
std::atomic<int> exit_at_signal{0};
std::atomic<int> exit_held{0};
std::atomic<int> wake_fd{-1};
std::atomic<int> message_file{STDERR_FILENO};
static_assert(std::atomic<int>::is_always_lock_free);

void ExitIfDue() {
  if (const int at = exit_at_signal.load(); at > 0 && signals.load() >= at) {
    constexpr char kMessage[] = "cppet: interrupted again, ending at once\n";
    // There is nobody left to tell if this fails.
    [[maybe_unused]] const ssize_t written =
        write(message_file.load(), kMessage, sizeof(kMessage) - 1);
    _exit(128 + last_signal.load());
  }
}

void HandleSignal(int signal) {
  const int saved_errno = errno;
  last_signal = signal;
  ++signals;
  if (exit_held.load() == 0) ExitIfDue();
  // If the pipe is full, who reads it wakes up anyway.
  [[maybe_unused]] const ssize_t written = write(wake_fd.load(), "", 1);
  errno = saved_errno;
}

void Handle(int signal, struct sigaction* old) {
  sigaction(signal, nullptr, old);
  if ((old->sa_flags & SA_SIGINFO) == 0 && old->sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = HandleSignal;
  // The user's run is not disturbed by interrupted system calls.
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(signal, &action, nullptr);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Interrupts>> Interrupts::Install(
    int exit_at, int message_fd) {
  if (installed.exchange(true)) {
    return absl::FailedPreconditionError(
        "SIGINT and SIGTERM are handled for another environment that runs");
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    const int error = errno;
    installed = false;
    return absl::ErrnoToStatus(error, "a pipe for signals");
  }
  auto interrupts = absl::WrapUnique(new Interrupts);
  interrupts->read_end_.Reset(ends[0]);
  interrupts->write_end_.Reset(ends[1]);
  signals = 0;
  exit_at_signal = exit_at;
  message_file = message_fd;
  wake_fd = ends[1];
  Handle(SIGINT, &interrupts->old_interrupt_);
  Handle(SIGTERM, &interrupts->old_terminate_);
  return interrupts;
}

Interrupts::~Interrupts() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
  exit_at_signal = 0;
  wake_fd = -1;
  installed = false;
}

int Interrupts::count() const { return signals.load(); }

void Interrupts::Drain() {
  char bytes[64];
  while (read(read_end_.get(), bytes, sizeof(bytes)) > 0) {
  }
}

Interrupts::HoldExit::HoldExit() { ++exit_held; }

Interrupts::HoldExit::~HoldExit() {
  if (--exit_held == 0) ExitIfDue();
}

}  // namespace cppet
