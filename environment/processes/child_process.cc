#include "cppet/environment/processes/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/processes/message_channel.h"

namespace cppet {
namespace {

// Of a child, for its signal handler.
std::atomic<int> death_held{0};
std::atomic<bool> death_wanted{false};
static_assert(std::atomic<int>::is_always_lock_free);

void KillOwnGroup() { kill(0, SIGKILL); }

void HandleTerminate(int /*signal*/) {
  death_wanted = true;
  if (death_held.load() == 0) KillOwnGroup();
}

// In place of all that was registered before: exit handlers and destructors
// are the parent's.
void ExitAtOnce(int code, void* /*argument*/) {
  ChildProcess::FlushOutput();
  _exit(code);
}

void SetHandler(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

// What the fork left to be done, with all signals blocked.
void BecomeChild(pid_t parent, sigset_t mask) {
  if (setpgid(0, 0) != 0) _exit(EXIT_FAILURE);
  death_held = 0;
  death_wanted = false;
  SetHandler(SIGTERM, HandleTerminate);
  struct sigaction interrupt;
  sigaction(SIGINT, nullptr, &interrupt);
  if (interrupt.sa_handler != SIG_IGN) SetHandler(SIGINT, SIG_DFL);
  // Not SIGKILL: that would leave what the child started.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) KillOwnGroup();
  sigdelset(&mask, SIGTERM);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  on_exit(ExitAtOnce, nullptr);
  if (const int null = open("/dev/null", O_RDONLY | O_CLOEXEC); null >= 0) {
    dup2(null, STDIN_FILENO);
    close(null);
  }
}

std::string DescribeEnd(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) {
    return absl::StrCat("exited with code ", info.si_status);
  }
  return absl::StrCat("was killed by signal ", info.si_status, " (",
                      strsignal(info.si_status), ")");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::function<void(int socket)>& body) {
  CPPET_ASSIGN_OR_RETURN(auto sockets, MakeSocketPair());
  // Lest the child writes what the parent printed.
  FlushOutput();
  const pid_t parent = getpid();
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  const pid_t pid = fork();
  if (pid == 0) {
    BecomeChild(parent, mask);
    sockets.first.Reset();
    body(sockets.second.get());
    FlushOutput();
    _exit(EXIT_SUCCESS);
  }
  const int error = errno;
  // The child does so, too; whoever is first.
  if (pid > 0) setpgid(pid, pid);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  if (pid < 0) return absl::ErrnoToStatus(error, "fork");
  return absl::WrapUnique(new ChildProcess(pid, std::move(sockets.first)));
}

void ChildProcess::FlushOutput() {
  std::cout.flush();
  std::cerr.flush();
  std::clog.flush();
  fflush(stdout);
  fflush(stderr);
}

ChildProcess::~ChildProcess() {
  if (!reaped_) Kill();
}

bool ChildProcess::Ended() const {
  siginfo_t info = {};
  // It stays a zombie, so that its number is not given to another process.
  while (waitid(P_PID, pid_, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    // Somebody else waited for it.
    if (errno != EINTR) return true;
  }
  return info.si_pid != 0;
}

std::string ChildProcess::Kill() {
  kill(-pid_, SIGKILL);
  reaped_ = true;
  siginfo_t info = {};
  while (waitid(P_PID, pid_, &info, WEXITED) != 0) {
    if (errno != EINTR) return "ended in a way that is not known";
  }
  return DescribeEnd(info);
}

ChildProcess::HoldDeath::HoldDeath() { ++death_held; }

ChildProcess::HoldDeath::~HoldDeath() {
  if (--death_held == 0 && death_wanted.load()) KillOwnGroup();
}

}  // namespace cppet
