#ifndef CPPET_BASE_SUBPROCESS_H_
#define CPPET_BASE_SUBPROCESS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cppet {

struct SubprocessOptions {
  // Variables to add to our environment or to replace in it.
  std::vector<std::pair<std::string, std::string>> environment;
  // Names of variables to leave out of it.
  std::vector<std::string> unset;
  // Where the program starts; empty: where we are. A relative path in argv[0]
  // starts there as well.
  std::string working_directory;
  // What the program reads from its standard input, then its end.
  std::string standard_input;
  // The longest time for the program to take; more than zero.
  absl::Duration timeout = absl::InfiniteDuration();
  // The bytes to keep of each of standard output and standard error. The rest
  // is read and dropped.
  size_t max_output = 1 << 20;
};

struct SubprocessResult {
  int exit_code = -1;      // of a program that exited, else -1
  int signal = 0;          // that killed the program, else 0
  bool timed_out = false;  // it was told to end, whatever it did then
  std::string standard_output;
  std::string standard_error;
  bool output_cut = false;  // there was more than `max_output` in either
  double wall_seconds = 0;
  absl::Duration timeout = absl::InfiniteDuration();  // as it was asked for

  // Whether the program exited with code 0 within its time.
  bool ok() const { return exit_code == 0 && !timed_out; }

  // Says how the program ended: "exited with code 3", "killed by signal 9
  // (Killed)", "ran past its timeout of 2s".
  std::string Describe() const;
};

// Runs the program argv[0] (a path if it has a slash, else looked up on PATH)
// with `argv`, by no shell, waits for its end, and returns what it wrote. That
// it fails is no error but in the result.
//
//   CPPET_ASSIGN_OR_RETURN(SubprocessResult git,
//                          RunSubprocess({"git", "rev-parse", "HEAD"}));
//   if (!git.ok()) return absl::UnknownError(git.Describe());
//
// The program has no other open files of ours, default
// handling of signals, our process group, and is killed when the thread that
// called this ends. When it runs past its timeout, it and all its descendants
// get SIGTERM, and what is left of them half a second later SIGKILL. What
// descendants write after the end of the program itself is lost.
//
// Errors:
//   kInvalidArgument: no program, an empty name, a NUL character, a bad name of
//     a variable, a timeout of zero or less.
//   kNotFound: the program, its interpreter or the working directory does not
//     exist.
//   kPermissionDenied: the program is not executable, or the working directory
//     not open to us.
//   kFailedPrecondition: the working directory is none, or how the program
//     ended is lost since this process ignores SIGCHLD.
//   Others as the system's, which has no more processes, files or memory.
absl::StatusOr<SubprocessResult> RunSubprocess(
    const std::vector<std::string>& argv,
    const SubprocessOptions& options = {});

}  // namespace cppet

#endif  // CPPET_BASE_SUBPROCESS_H_
