#ifndef CPPET_TOOLS_LIB_COMMAND_RUN_H_
#define CPPET_TOOLS_LIB_COMMAND_RUN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/trajectory/run.h"

namespace cppet {

struct CommandRunOptions {
  // The longest time for the command; more than zero.
  absl::Duration timeout = absl::InfiniteDuration();
  // The bytes to keep of each of standard output and standard error.
  size_t max_output = 64 << 10;
  // An existing folder for temporary files. What a run makes there is removed
  // at its end.
  std::string scratch_folder;
};

// Runs the program argv[0] as `run`, adds what comes of it as results, and
// returns the names of results that were left out since they are null. Results
// are process.exit_code (-9 if signal 9 killed it), process.wall_seconds,
// process.stdout and process.stderr, and what it wrote as JSON
// (results_json.h). In its environment it finds
//
//   CPPET_RUN         the index of the run
//   CPPET_PARAMETERS  a JSON file of all parameters by full name
//   CPPET_RESULTS     the file for its results, which is not there yet
//
// Errors, when the process results are there as far as there are any:
//   kAborted: it exited with another code than 0, or a signal killed it; with
//     the last lines of its standard error.
//   kDeadlineExceeded: it took too long.
//   kInvalidArgument: its results are no such JSON; says where or which.
//   Others: it could not be started.
absl::StatusOr<std::vector<std::string>> RunCommand(
    const std::vector<std::string>& argv, Run& run,
    const CommandRunOptions& options);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_COMMAND_RUN_H_
