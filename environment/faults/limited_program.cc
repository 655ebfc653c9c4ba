#include "cppet/environment/faults/limited_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/faults/in_child.h"

namespace cppet {
namespace {

constexpr int kNoProgram = 127;

int BecomeProgram(const std::vector<std::string>& argv, int output,
                  const LimitedProgramOptions& options) {
  if (chdir(options.folder.c_str()) != 0) return kNoProgram;
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (options.max_file_bytes > 0) {
    rlimit limit = {};
    limit.rlim_cur = options.max_file_bytes;
    limit.rlim_max = RLIM_INFINITY;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return kNoProgram;
    // As a program has it that a shell starts.
    signal(SIGXFSZ, SIG_DFL);
  }
  std::vector<char*> arguments;
  for (const std::string& argument : argv) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  return kNoProgram;
}

}  // namespace

bool LimitedProgramResult::Exited(int code) const {
  return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

absl::StatusOr<LimitedProgramResult> RunLimitedProgram(
    const std::vector<std::string>& argv,
    const LimitedProgramOptions& options) {
  const std::string path = absl::StrCat(options.folder, "/OUTPUT");
  const UniqueFd output(
      open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  CPPET_ASSIGN_OR_RETURN(const pid_t child, StartChild([&] {
                           return BecomeProgram(argv, output.get(), options);
                         }));
  LimitedProgramResult result;
  const absl::StatusOr<int> status = WaitForChild(child, options.timeout);
  if (!status.ok()) {
    kill(-child, SIGKILL);
    waitpid(child, nullptr, 0);
    return status.status();
  }
  result.status = *status;
  CPPET_ASSIGN_OR_RETURN(result.output, ReadFile(path));
  return result;
}

}  // namespace cppet
