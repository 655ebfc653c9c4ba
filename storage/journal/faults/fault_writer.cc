#include "cppet/storage/journal/faults/fault_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

constexpr absl::Duration kTick = absl::Microseconds(500);
// Of a reader.
constexpr absl::Duration kReading = absl::Milliseconds(10);
constexpr absl::Duration kNotReading = absl::Milliseconds(1);

std::string ReadOrEmpty(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  return text.ok() ? *std::move(text) : "";
}

void RedirectTo(const std::string& path, int fd) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
           S_IRUSR | S_IWUSR);
  if (file < 0 || dup2(file, fd) < 0) _exit(126);
}

[[noreturn]] void Exec(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  execv(pointers[0], pointers.data());
  _exit(127);
}

// The processes that said "CHILD 4711" in the output.
std::vector<pid_t> Children(absl::string_view output) {
  std::vector<pid_t> children;
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    pid_t child = 0;
    if (absl::ConsumePrefix(&line, "CHILD ") &&
        absl::SimpleAtoi(line, &child)) {
      children.push_back(child);
    }
  }
  return children;
}

// Waits for the end of all processes of the group; whether they ended in time.
// `status` is that of the leader.
bool WaitUntil(absl::Time deadline, pid_t leader, int* status) {
  bool leader_ended = false;
  for (;;) {
    int child_status = 0;
    const pid_t ended = waitpid(-leader, &child_status, WNOHANG);
    if (ended == leader) {
      *status = child_status;
      leader_ended = true;
      // What is left of the others has no parent.
      kill(-leader, SIGKILL);
    }
    if (ended < 0 && errno == ECHILD) return leader_ended;
    if (ended > 0) continue;
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(kTick);
  }
}

// Starts a process that has the file locked as programs have that read it.
pid_t StartReader(const std::string& file) {
  const pid_t reader = fork();
  if (reader != 0) return reader;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.is_open() && flock(fd.get(), LOCK_SH | LOCK_NB) == 0) {
      absl::SleepFor(kReading);
    }
    absl::SleepFor(kNotReading);
  }
}

}  // namespace

absl::StatusOr<FaultWriter> FaultWriter::Create(const std::string& program,
                                                const std::string& folder) {
  std::error_code error;
  const std::filesystem::path parent =
      std::filesystem::absolute(program, error).parent_path();
  FaultWriter writer;
  writer.program_ = parent / "store_runs";
  writer.library_ = parent / "libfault_injection.so";
  for (const std::string& needed : {writer.program_, writer.library_}) {
    if (!std::filesystem::exists(needed, error)) {
      return absl::NotFoundError(absl::StrCat("there is no ", needed));
    }
  }
  std::filesystem::create_directories(folder, error);
  writer.folder_ = std::filesystem::canonical(folder, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("cannot use the folder ", folder));
  }
  writer.data_ = writer.folder_ + "/data";
  writer.Clear();
  // So that orphans of a killed program are ours to wait for.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  return writer;
}

void FaultWriter::Clear() const {
  std::error_code ignored;
  std::filesystem::create_directories(data_, ignored);
  for (const auto& entry :
       std::filesystem::directory_iterator(data_, ignored)) {
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

WriterResult FaultWriter::Run(const WriterPlan& plan) const {
  const std::string output = folder_ + "/stdout";
  const std::string error = folder_ + "/stderr";
  std::vector<std::string> arguments = {program_, file()};
  arguments.insert(arguments.end(), plan.flags.begin(), plan.flags.end());
  std::error_code ignored;
  std::filesystem::remove(output, ignored);
  const pid_t reader = plan.reader ? StartReader(file()) : -1;
  const absl::Time start = absl::Now();
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    RedirectTo(output, STDOUT_FILENO);
    RedirectTo(error, STDERR_FILENO);
    if (!plan.faults.empty()) {
      setenv("LD_PRELOAD", library_.c_str(), 1);
      setenv("CPPET_FAULT_FOLDER", data_.c_str(), 1);
      for (const auto& [name, value] : plan.faults) {
        setenv(absl::StrCat("CPPET_FAULT_", name).c_str(), value.c_str(), 1);
      }
    }
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (plan.max_file_size >= 0) {
      const rlimit limit = {static_cast<rlim_t>(plan.max_file_size),
                            static_cast<rlim_t>(plan.max_file_size)};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    Exec(arguments);
  }
  WriterResult result;
  if (pid < 0) {
    result.error = "cannot fork";
    return result;
  }
  setpgid(pid, pid);  // whoever is first
  int status = 0;
  bool ended = WaitUntil(start + plan.kill_after, pid, &status);
  if (!ended && plan.kill_after < plan.timeout) {
    const std::vector<pid_t> children = Children(ReadOrEmpty(output));
    if (plan.kill_child >= 0 && plan.kill_child < children.size()) {
      kill(children[plan.kill_child], SIGKILL);
    } else {
      kill(-pid, SIGKILL);
    }
  }
  if (!ended) ended = WaitUntil(start + plan.timeout, pid, &status);
  if (!ended) {
    result.hung = true;
    kill(-pid, SIGKILL);
    WaitUntil(absl::InfiniteFuture(), pid, &status);
  }
  result.time = absl::Now() - start;
  if (reader > 0) {
    kill(reader, SIGKILL);
    waitpid(reader, nullptr, 0);
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.acknowledged.Add(ReadOrEmpty(output));
  result.error = ReadOrEmpty(error);
  return result;
}

absl::StatusOr<std::vector<TracedOperation>> FaultWriter::Record(
    const WriterPlan& plan) const {
  WriterPlan recorded = plan;
  const std::string trace = folder_ + "/trace";
  std::error_code ignored;
  std::filesystem::remove(trace, ignored);
  recorded.faults.push_back({"TRACE", trace});
  const WriterResult result = Run(recorded);
  if (result.exit_code != 0) {
    return absl::UnknownError(absl::StrCat("store_runs failed (code ",
                                           result.exit_code, ", signal ",
                                           result.signal, "): ", result.error));
  }
  auto operations = ReadFaultTrace(trace);
  std::filesystem::remove(trace, ignored);
  return operations;
}

void UseMemoryForFiles() {
  constexpr char kMemory[] = "/dev/shm";
  if (access(kMemory, W_OK | X_OK) == 0) setenv("TEST_TMPDIR", kMemory, 1);
}

}  // namespace cppet
