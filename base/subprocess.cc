#include "cppet/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/process_tree.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

// From SIGTERM to SIGKILL.
constexpr absl::Duration kGrace = absl::Milliseconds(500);
// For descendants that hold the pipes open when the program has ended.
constexpr absl::Duration kDrain = absl::Milliseconds(200);
// Where the end of a process must be asked for, as it is not signalled.
constexpr absl::Duration kTick = absl::Milliseconds(10);

absl::Status Validate(const std::vector<std::string>& argv,
                      const SubprocessOptions& options) {
  const auto has_nul = [](absl::string_view text) {
    return absl::StrContains(text, '\0');
  };
  if (argv.empty() || argv[0].empty()) {
    return absl::InvalidArgumentError("no program to run");
  }
  if (std::any_of(argv.begin(), argv.end(), has_nul)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a NUL character in the arguments of ", argv[0]));
  }
  for (const auto& [name, value] : options.environment) {
    if (name.empty() || absl::StrContains(name, '=') || has_nul(name) ||
        has_nul(value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("bad environment variable \"", name, "\""));
    }
  }
  if (has_nul(options.working_directory)) {
    return absl::InvalidArgumentError(
        "a NUL character in the working directory");
  }
  if (options.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a timeout of ", absl::FormatDuration(options.timeout)));
  }
  return absl::OkStatus();
}

// Pointers for exec, into `strings`, with a null at the end.
std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) {
    pointers.push_back(const_cast<char*>(string.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Returns the "NAME=value" strings of our environment as `options` change it.
std::vector<std::string> Environment(const SubprocessOptions& options) {
  std::vector<std::string> environment;
  const auto erase = [&](absl::string_view name) {
    const std::string start = absl::StrCat(name, "=");
    environment.erase(std::remove_if(environment.begin(), environment.end(),
                                     [&](const std::string& variable) {
                                       return absl::StartsWith(variable, start);
                                     }),
                      environment.end());
  };
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  for (const std::string& name : options.unset) erase(name);
  for (const auto& [name, value] : options.environment) {
    erase(name);
    environment.push_back(absl::StrCat(name, "=", value));
  }
  return environment;
}

// Returns where `program` may be, in the order to try.
std::vector<std::string> CandidatePaths(
    const std::string& program, const std::vector<std::string>& environment) {
  if (absl::StrContains(program, '/')) return {program};
  absl::string_view path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& variable : environment) {
    if (absl::StartsWith(variable, "PATH=")) {
      path = absl::string_view(variable).substr(strlen("PATH="));
    }
  }
  std::vector<std::string> candidates;
  for (absl::string_view folder : absl::StrSplit(path, ':')) {
    candidates.push_back(
        absl::StrCat(folder.empty() ? "." : folder, "/", program));
  }
  return candidates;
}

// What the child tells if it cannot become the program.
struct StartFailure {
  enum class Step { kFiles, kWorkingDirectory, kProgram } step = Step::kFiles;
  int error = 0;
  bool program_exists = false;
};

absl::Status ToStatus(const StartFailure& failure, const std::string& program,
                      const std::string& working_directory) {
  switch (failure.step) {
    case StartFailure::Step::kFiles:
      return absl::ErrnoToStatus(failure.error,
                                 absl::StrCat("cannot start ", program));
    case StartFailure::Step::kWorkingDirectory:
      return absl::ErrnoToStatus(
          failure.error,
          absl::StrCat("working directory \"", working_directory, "\""));
    case StartFailure::Step::kProgram:
      break;
  }
  switch (failure.error) {
    case ENOENT:
    case ENOTDIR:
      if (failure.program_exists) {
        return absl::NotFoundError(absl::StrCat("the interpreter of \"",
                                                program, "\" does not exist"));
      }
      return absl::NotFoundError(
          absl::StrContains(program, '/')
              ? absl::StrCat("program \"", program, "\" does not exist")
              : absl::StrCat("no program \"", program, "\" on PATH"));
    case EACCES:
    case ENOEXEC:
    case EPERM:
      return absl::PermissionDeniedError(
          absl::StrCat("program \"", program,
                       "\" is not executable: ", strerror(failure.error)));
    default:
      return absl::ErrnoToStatus(
          failure.error, absl::StrCat("cannot start \"", program, "\""));
  }
}

// All that the child needs, made before it starts: in the memory of a process
// that may have threads, it can call only async-signal-safe functions.
struct StartPlan {
  StartPlan(const std::vector<std::string>& arguments,
            const SubprocessOptions& options)
      : environment(Environment(options)),
        paths(CandidatePaths(arguments[0], environment)),
        argv(Pointers(arguments)),
        envp(Pointers(environment)),
        working_directory(options.working_directory.empty()
                              ? nullptr
                              : options.working_directory.c_str()) {}

  const std::vector<std::string> environment;
  const std::vector<std::string> paths;
  const std::vector<char*> argv;
  const std::vector<char*> envp;
  const char* const working_directory;
  const pid_t parent = getpid();
  // Each above 2.
  UniqueFd standard_input;
  UniqueFd standard_output;
  UniqueFd standard_error;
  UniqueFd failure;  // takes a StartFailure
};

void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) != 0) continue;
    // What is ignored stays so in the program (nohup counts on that), but for
    // what we ourselves may ignore.
    const bool ours = signal == SIGINT || signal == SIGTERM ||
                      signal == SIGPIPE || signal == SIGXFSZ;
    if (action.sa_handler == SIG_DFL) continue;
    if (action.sa_handler == SIG_IGN && !ours) continue;
    action = {};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Lets exec close all descriptors from `first` on.
void CloseAtExec(int first) {
#ifdef SYS_close_range
  constexpr unsigned kCloseRangeCloexec = 1 << 2;
  if (syscall(SYS_close_range, first, ~0U, kCloseRangeCloexec) == 0) return;
#endif
  const int64_t end = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < end; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// Becomes the program, or returns why not.
StartFailure Exec(const StartPlan& plan) {
  StartFailure failure;
  ResetSignals();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != plan.parent) _exit(127);  // it has died before the prctl
  if (dup2(plan.standard_input.get(), STDIN_FILENO) < 0 ||
      dup2(plan.standard_output.get(), STDOUT_FILENO) < 0 ||
      dup2(plan.standard_error.get(), STDERR_FILENO) < 0) {
    failure.error = errno;
    return failure;
  }
  CloseAtExec(STDERR_FILENO + 1);
  if (plan.working_directory != nullptr && chdir(plan.working_directory) != 0) {
    failure.step = StartFailure::Step::kWorkingDirectory;
    failure.error = errno;
    return failure;
  }
  failure.step = StartFailure::Step::kProgram;
  for (const std::string& path : plan.paths) {
    execve(path.c_str(), plan.argv.data(), plan.envp.data());
    const int error = errno;
    const bool exists = access(path.c_str(), F_OK) == 0;
    // Of several, the one that is there but cannot be run says most.
    if (failure.error == 0 || (exists && !failure.program_exists)) {
      failure.error = error;
      failure.program_exists = exists;
    }
    const bool look_on = error == ENOENT || error == ENOTDIR || error == EACCES;
    if (!look_on) break;
  }
  return failure;
}

// Returns `fd`, or a copy in its place that no dup2 to a standard descriptor
// overwrites.
absl::StatusOr<UniqueFd> AboveStandard(UniqueFd fd) {
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, "files for a program");
  if (fd.get() > STDERR_FILENO) return fd;
  UniqueFd copy(fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!copy.is_open()) return absl::ErrnoToStatus(errno, "files for a program");
  return copy;
}

// Returns a file to read `content` from: one in memory, as the program need not
// read all of it, and we need not wait for it to do so.
absl::StatusOr<UniqueFd> Input(absl::string_view content) {
  if (content.empty()) {
    return AboveStandard(UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }
  CPPET_ASSIGN_OR_RETURN(
      UniqueFd fd,
      AboveStandard(UniqueFd(memfd_create("standard input", MFD_CLOEXEC))));
  while (!content.empty()) {
    const ssize_t put = write(fd.get(), content.data(), content.size());
    if (put >= 0) {
      content.remove_prefix(put);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, "standard input for a program");
    }
  }
  if (lseek(fd.get(), 0, SEEK_SET) != 0) {
    return absl::ErrnoToStatus(errno, "standard input for a program");
  }
  return fd;
}

// Makes a pipe and returns its end to read, which does not block.
absl::StatusOr<UniqueFd> Pipe(UniqueFd* write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "pipe to a program");
  }
  UniqueFd read_end(ends[0]);
  CPPET_ASSIGN_OR_RETURN(*write_end, AboveStandard(UniqueFd(ends[1])));
  if (fcntl(read_end.get(), F_SETFL, O_NONBLOCK) != 0) {
    return absl::ErrnoToStatus(errno, "pipe to a program");
  }
  return read_end;
}

// What the child does.
int ExecOrTell(void* start_plan) {
  const StartPlan& plan = *static_cast<const StartPlan*>(start_plan);
  const StartFailure failure = Exec(plan);
  const ssize_t ignored = write(plan.failure.get(), &failure, sizeof(failure));
  (void)ignored;
  _exit(127);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// Sanitizers note in our memory what the child does.
pid_t StartChild(StartPlan& plan) {
  const pid_t pid = fork();
  if (pid == 0) ExecOrTell(&plan);
  return pid;
}

#else

// The child has our memory, but a stack of its own, until it becomes the
// program; this thread stands still until then. With a copy of the memory, a
// program took 0.4 ms longer to start, and the longer the more memory there is.
pid_t StartChild(StartPlan& plan) {
  constexpr size_t kStackBytes = 1 << 16;
  const std::unique_ptr<char[]> stack(new char[kStackBytes]);
  const auto top = reinterpret_cast<uintptr_t>(stack.get()) + kStackBytes;
  return clone(ExecOrTell, reinterpret_cast<void*>(top & ~uintptr_t{15}),
               CLONE_VM | CLONE_VFORK | SIGCHLD, &plan);
}

#endif

absl::StatusOr<pid_t> Start(StartPlan& plan) {
  // No handler of ours may run in the child, which shares our pipes and memory.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = StartChild(plan);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return absl::ErrnoToStatus(error, "fork of a program");
  return pid;
}

// The end of a pipe that collects what a program writes.
class OutputReader {
 public:
  OutputReader(UniqueFd fd, size_t max_bytes)
      : fd_(std::move(fd)), max_bytes_(max_bytes) {}

  bool is_open() const { return fd_.is_open(); }
  int fd() const { return fd_.get(); }
  bool cut() const { return cut_; }
  std::string TakeText() { return std::move(text_); }

  // Reads what is there, up to one block.
  void Read() {
    if (!is_open()) return;
    char block[1 << 16];
    ssize_t size;
    do {
      size = read(fd_.get(), block, sizeof(block));
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return fd_.Reset();
    const size_t kept = std::min<size_t>(size, max_bytes_ - text_.size());
    text_.append(block, kept);
    cut_ = cut_ || kept < static_cast<size_t>(size);
  }

 private:
  UniqueFd fd_;
  const size_t max_bytes_;
  std::string text_;
  bool cut_ = false;
};

// A program from its start to its end and that of its output.
class Supervisor {
 public:
  using Clock = std::chrono::steady_clock;

  Supervisor(pid_t pid, Clock::time_point start, absl::Duration timeout,
             OutputReader standard_output, OutputReader standard_error)
      : pid_(pid),
        start_(start),
        timeout_(timeout),
        output_(std::move(standard_output)),
        error_(std::move(standard_error)) {
#ifdef SYS_pidfd_open
    pidfd_.Reset(syscall(SYS_pidfd_open, pid, 0));
#endif
  }

  absl::StatusOr<SubprocessResult> Run() {
    while (true) {
      CPPET_RETURN_IF_ERROR(Reap());
      output_.Read();
      error_.Read();
      if (IsDone()) break;
      if (!terminated_at_ && !ended_at_ && Elapsed() >= timeout_) Terminate();
      if (terminated_at_ && !killed_at_ &&
          Elapsed() >= *terminated_at_ + kGrace) {
        Kill();
      }
      Wait();
    }
    result_.timeout = timeout_;
    result_.timed_out = terminated_at_.has_value();
    result_.output_cut = output_.cut() || error_.cut();
    result_.standard_output = output_.TakeText();
    result_.standard_error = error_.TakeText();
    result_.wall_seconds = absl::ToDoubleSeconds(*ended_at_);
    return std::move(result_);
  }

 private:
  absl::Duration Elapsed() const {
    return absl::FromChrono(Clock::now() - start_);
  }

  // Sees whether the program has ended.
  absl::Status Reap() {
    if (ended_at_) return absl::OkStatus();
    int status = 0;
    const pid_t reaped = waitpid(pid_, &status, WNOHANG);
    if (reaped == 0 || (reaped < 0 && errno == EINTR)) return absl::OkStatus();
    if (reaped < 0) {
      return absl::FailedPreconditionError(
          "how a program ended is lost: this process ignores SIGCHLD, or waits "
          "for all its children elsewhere");
    }
    ended_at_ = Elapsed();
    pidfd_.Reset();
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    return absl::OkStatus();
  }

  // Whether there is nothing left to read, to wait for or to kill.
  bool IsDone() const {
    if (!ended_at_) return false;
    const bool is_killing = terminated_at_ && !killed_at_;
    if (is_killing && !ProcessTree(tree_).empty()) return false;
    if (!output_.is_open() && !error_.is_open()) return true;
    return Elapsed() >= DrainEnd();
  }

  absl::Duration DrainEnd() const {
    return std::max(*ended_at_, killed_at_.value_or(*ended_at_)) + kDrain;
  }

  void Signal(int signal) {
    for (const ProcessId& process : tree_) {
      if (process.pid != pid_) kill(process.pid, signal);
    }
    if (!ended_at_) kill(pid_, signal);
  }

  void Terminate() {
    terminated_at_ = Elapsed();
    tree_ = ProcessTree({FindProcess(pid_)});
    Signal(SIGTERM);
  }

  void Kill() {
    killed_at_ = Elapsed();
    tree_ = ProcessTree(tree_);
    Signal(SIGKILL);
  }

  // Waits for output, the end of the program or the next thing to do.
  void Wait() {
    absl::Duration until = absl::InfiniteDuration();
    if (ended_at_) {
      until = DrainEnd();
    } else if (!terminated_at_) {
      until = timeout_;
    }
    if (terminated_at_ && !killed_at_) {
      until = std::min(until, *terminated_at_ + kGrace);
    }
    absl::Duration wait = until - Elapsed();
    const bool must_ask =
        ended_at_ ? terminated_at_ && !killed_at_ : !pidfd_.is_open();
    if (must_ask) wait = std::min(wait, kTick);
    wait = std::clamp(wait, absl::ZeroDuration(), absl::Hours(1));
    // Those of -1 are passed over.
    pollfd fds[] = {{output_.fd(), POLLIN, 0},
                    {error_.fd(), POLLIN, 0},
                    {pidfd_.get(), POLLIN, 0}};
    poll(fds, std::size(fds),
         static_cast<int>(absl::ToInt64Milliseconds(
             absl::Ceil(wait, absl::Milliseconds(1)))));
  }

  const pid_t pid_;
  const Clock::time_point start_;
  const absl::Duration timeout_;
  OutputReader output_;
  OutputReader error_;
  UniqueFd pidfd_;  // can be read when the program has ended; not on old Linux
  std::vector<ProcessId> tree_;  // to kill
  // Times since the start.
  std::optional<absl::Duration> ended_at_;
  std::optional<absl::Duration> terminated_at_;
  std::optional<absl::Duration> killed_at_;
  SubprocessResult result_;
};

}  // namespace

std::string SubprocessResult::Describe() const {
  if (timed_out) {
    return absl::StrCat("ran past its timeout of ",
                        absl::FormatDuration(timeout));
  }
  if (signal != 0) {
    return absl::StrCat("killed by signal ", signal, " (", strsignal(signal),
                        ")");
  }
  return absl::StrCat("exited with code ", exit_code);
}

absl::StatusOr<SubprocessResult> RunSubprocess(
    const std::vector<std::string>& argv, const SubprocessOptions& options) {
  CPPET_RETURN_IF_ERROR(Validate(argv, options));
  StartPlan plan(argv, options);
  CPPET_ASSIGN_OR_RETURN(plan.standard_input, Input(options.standard_input));
  CPPET_ASSIGN_OR_RETURN(UniqueFd output, Pipe(&plan.standard_output));
  CPPET_ASSIGN_OR_RETURN(UniqueFd error, Pipe(&plan.standard_error));
  CPPET_ASSIGN_OR_RETURN(const UniqueFd failure, Pipe(&plan.failure));
  const auto start = Supervisor::Clock::now();
  CPPET_ASSIGN_OR_RETURN(const pid_t pid, Start(plan));
  plan.standard_input.Reset();
  plan.standard_output.Reset();
  plan.standard_error.Reset();
  plan.failure.Reset();
  CPPET_ASSIGN_OR_RETURN(
      SubprocessResult result,
      Supervisor(pid, start, options.timeout,
                 OutputReader(std::move(output), options.max_output),
                 OutputReader(std::move(error), options.max_output))
          .Run());
  // Not before: another thread's fork may keep our pipe open, so that an exec
  // that succeeds is not seen by its end.
  StartFailure reason;
  if (read(failure.get(), &reason, sizeof(reason)) == sizeof(reason)) {
    return ToStatus(reason, argv[0], options.working_directory);
  }
  return result;
}

}  // namespace cppet
