#ifndef CPPET_ENVIRONMENT_FAULTS_LIMITED_PROGRAM_H_
#define CPPET_ENVIRONMENT_FAULTS_LIMITED_PROGRAM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cppet {

struct LimitedProgramOptions {
  // No file may become longer, as the shell's `ulimit -f` says; 0: no limit.
  int64_t max_file_bytes = 0;
  // Where the program starts.
  std::string folder;
  absl::Duration timeout = absl::Seconds(60);
};

struct LimitedProgramResult {
  int status = 0;  // as of waitpid(2)
  // Standard output and standard error.
  std::string output;

  // Whether it exited, with that code.
  bool Exited(int code) const;
};

// Runs the program argv[0], a path, with `argv`.
//
// Errors:
//   kDeadlineExceeded: it still ran after the timeout, and was killed.
//   Others as the system's.
absl::StatusOr<LimitedProgramResult> RunLimitedProgram(
    const std::vector<std::string>& argv, const LimitedProgramOptions& options);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_LIMITED_PROGRAM_H_
