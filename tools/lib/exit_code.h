#ifndef CPPET_TOOLS_LIB_EXIT_CODE_H_
#define CPPET_TOOLS_LIB_EXIT_CODE_H_

namespace cppet {

// What a tool returns to the shell.
enum ExitCode {
  kExitSuccess = 0,
  // Wrong usage, spec or file: nothing was run, nothing written.
  kExitError = 1,
  // Some runs failed; all others are stored.
  kExitFailedRuns = 2,
  // A benchmark is slower than it may be.
  kExitSlower = 2,
  // All runs completed and are stored, but the Sumatra record is missing.
  kExitNotRecorded = 3,
  // What was finished is stored.
  kExitInterrupted = 130,
};

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_EXIT_CODE_H_
