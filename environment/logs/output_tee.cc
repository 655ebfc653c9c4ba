#include "cppet/environment/logs/output_tee.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/memory/memory.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/logs/log_line.h"
#include "cppet/environment/processes/child_process.h"

namespace cppet {
namespace {

constexpr absl::string_view kLabels[] = {"STDOUT", "STDERR"};
// Something kills them again and again.
constexpr int kMaxDeaths = 10;

std::atomic<bool> exists{false};
// What signals, exit and fork are told to.
std::atomic<OutputTee*> active{nullptr};
std::atomic<int> handlers{0};  // that are at work
std::atomic_flag death_handled = ATOMIC_FLAG_INIT;
static_assert(std::atomic<OutputTee*>::is_always_lock_free);

int FileOf(size_t stream) {
  return stream == 0 ? STDOUT_FILENO : STDERR_FILENO;
}

// As fork, but wait() for any child does not see the child, nor is its end
// told by a signal, nor does a debugger follow it, which would take it for a
// thread. What is registered for forks is not called, so that the child must
// not use what locks.
pid_t ForkUnseen() {
  return syscall(SYS_clone, CLONE_UNTRACED, nullptr, nullptr, nullptr, nullptr);
}

// Whether the other end of a socket is closed.
bool IsAlone(int socket) {
  char byte;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutputTee>> OutputTee::Start(
    int log, absl::string_view process) {
  if (exists.exchange(true)) {
    return absl::FailedPreconditionError(
        "standard output and error are recorded elsewhere already");
  }
  auto tee = absl::WrapUnique(new OutputTee);
  CPPET_RETURN_IF_ERROR(tee->MakePipes());
  tee->copier_ = std::make_unique<OutputCopier>(process, log);
  for (size_t i = 0; i < tee->streams_.size(); ++i) {
    const Stream& stream = tee->streams_[i];
    if (!stream.original.is_open()) continue;
    tee->copier_->Add(stream.read_end.get(), stream.original.get(), kLabels[i]);
  }
  ChildProcess::FlushOutput();
  if (!tee->StartCopier()) {
    return absl::ErrnoToStatus(errno, "a process to record standard output");
  }
  tee->Redirect();
  tee->Watch();
  return tee;
}

OutputTee::OutputTee() : owner_(getpid()) {}

OutputTee::~OutputTee() {
  End().IgnoreError();
  if (getpid() == owner_) exists = false;
}

absl::Status OutputTee::MakePipes() {
  bool any = false;
  for (size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[i];
    stream.original.Reset(fcntl(FileOf(i), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!stream.original.is_open()) {
      if (errno == EBADF) continue;
      return absl::ErrnoToStatus(errno, "a copy of standard output");
    }
    any = true;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
      return absl::ErrnoToStatus(errno, "a pipe for standard output");
    }
    stream.read_end.Reset(ends[0]);
    stream.write_end.Reset(ends[1]);
    stream.read_end = AboveStandard(std::move(stream.read_end));
    stream.write_end = AboveStandard(std::move(stream.write_end));
    struct stat pipe;
    if (!stream.read_end.is_open() || !stream.write_end.is_open() ||
        fcntl(stream.read_end.get(), F_SETFL, O_NONBLOCK) != 0 ||
        fstat(stream.read_end.get(), &pipe) != 0) {
      return absl::ErrnoToStatus(errno, "a pipe for standard output");
    }
    stream.device = pipe.st_dev;
    stream.inode = pipe.st_ino;
  }
  if (any) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "standard output and standard error are closed");
}

bool OutputTee::StartCopier() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return false;
  }
  control_.Reset(ends[0]);
  const pid_t parent = getpid();
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  const pid_t pid = ForkUnseen();
  if (pid == 0) {
    copier_->Work(ends[1], parent);
    _exit(EXIT_SUCCESS);
  }
  const int error = errno;
  close(ends[1]);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  errno = error;
  if (pid < 0) return false;
  copier_pid_ = pid;
  // Its end is told by a signal that does nothing unless it is handled.
  fcntl(control_.get(), F_SETSIG, SIGURG);
  fcntl(control_.get(), F_SETOWN, parent);
  fcntl(control_.get(), F_SETFL, O_ASYNC);
  return true;
}

void OutputTee::Redirect() {
  // It would no longer see that it writes to a terminal, which it looks for
  // when it writes first.
  if (isatty(STDOUT_FILENO) != 0 && __fbufsize(stdout) == 0) {
    setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  }
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (!streams_[i].original.is_open()) continue;
    dup2(streams_[i].write_end.get(), FileOf(i));
    streams_[i].write_end.Reset();
  }
}

void OutputTee::Watch() {
  static const bool registered = [] {
    std::atexit(AtExit);
    pthread_atfork(nullptr, nullptr, AfterForkInChild);
    return true;
  }();
  static_cast<void>(registered);
  active = this;
  struct sigaction action = {};
  action.sa_sigaction = AtUrgentSignal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGURG, &action, &old_urgent_);
  // It may have died before.
  HandleDeath();
}

void OutputTee::StopWatching() {
  fcntl(control_.get(), F_SETFL, 0);
  active = nullptr;
  while (handlers.load() > 0) sched_yield();
  RestoreHandler();
}

void OutputTee::RestoreHandler() {
  struct sigaction now;
  sigaction(SIGURG, nullptr, &now);
  const bool ours =
      (now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == AtUrgentSignal;
  if (ours) sigaction(SIGURG, &old_urgent_, nullptr);
}

void OutputTee::AtUrgentSignal(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  ++handlers;
  struct sigaction next = {};
  if (OutputTee* const tee = active.load()) {
    next = tee->old_urgent_;
    if (getpid() == tee->owner_) tee->HandleDeath();
  }
  --handlers;
  errno = saved_errno;
  // Whom else it was for.
  if ((next.sa_flags & SA_SIGINFO) != 0) {
    next.sa_sigaction(signal, info, context);
  } else if (next.sa_handler != SIG_DFL && next.sa_handler != SIG_IGN) {
    next.sa_handler(signal);
  }
}

void OutputTee::AtExit() {
  if (OutputTee* const tee = active.load()) tee->End().IgnoreError();
}

void OutputTee::AfterForkInChild() {
  OutputTee* const tee = active.exchange(nullptr);
  if (tee == nullptr) return;
  exists = false;
  handlers = 0;
  death_handled.clear();
  tee->ended_ = true;
  tee->RestoreHandler();
  // Else what writes to the pipes would wait for itself once nobody else reads.
  for (Stream& stream : tee->streams_) stream.read_end.Reset();
  tee->control_.Reset();
}

void OutputTee::HandleDeath() {
  if (death_handled.test_and_set()) return;
  if (copier_pid_.load() != 0 && IsAlone(control_.get())) {
    while (waitpid(copier_pid_.load(), nullptr, __WALL) < 0 && errno == EINTR) {
    }
    copier_pid_ = 0;
    if (++deaths_ >= kMaxDeaths || !StartCopier()) {
      Restore();
      CopyRest();
    }
  }
  death_handled.clear();
}

void OutputTee::Restore() {
  for (size_t i = 0; i < streams_.size(); ++i) {
    const Stream& stream = streams_[i];
    struct stat now;
    if (stream.original.is_open() && fstat(FileOf(i), &now) == 0 &&
        now.st_dev == stream.device && now.st_ino == stream.inode) {
      dup2(stream.original.get(), FileOf(i));
    }
  }
}

void OutputTee::CopyRest() {
  for (const Stream& stream : streams_) {
    int rest = 0;
    if (!stream.original.is_open() ||
        ioctl(stream.read_end.get(), FIONREAD, &rest) != 0) {
      continue;
    }
    char buffer[1 << 12];
    while (rest > 0) {
      const ssize_t size = read(stream.read_end.get(), buffer,
                                std::min<size_t>(rest, sizeof(buffer)));
      if (size <= 0) break;
      WriteAll(stream.original.get(), {buffer, static_cast<size_t>(size)});
      rest -= size;
    }
  }
}

absl::Status OutputTee::End() {
  if (active.load() != this || getpid() != owner_ || ended_.exchange(true)) {
    return absl::OkStatus();
  }
  ChildProcess::FlushOutput();
  StopWatching();
  Restore();
  if (copier_pid_.load() != 0) {
    shutdown(control_.get(), SHUT_WR);
    int status = 0;
    while (waitpid(copier_pid_.load(), &status, __WALL) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
      ++deaths_;
      CopyRest();
    }
    copier_pid_ = 0;
  }
  for (Stream& stream : streams_) stream.read_end.Reset();
  if (deaths_.load() == 0) return absl::OkStatus();
  return absl::DataLossError(
      "some of what was printed is missing: the process that records it was "
      "killed");
}

void OutputTee::LeaveInChild() {
  if (getpid() == owner_) return;
  Restore();
  for (Stream& stream : streams_) stream = Stream();
}

bool OutputTee::copies_standard_output() const { return Copies(0); }

bool OutputTee::copies_standard_error() const { return Copies(1); }

bool OutputTee::Copies(int stream) const {
  return streams_[stream].original.is_open() && copier_pid_.load() != 0;
}

UniqueFd AboveStandard(UniqueFd fd) {
  if (!fd.is_open() || fd.get() > STDERR_FILENO) return fd;
  return UniqueFd(fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace cppet
