#ifndef CPPET_ENVIRONMENT_FAULTS_SWEEP_FILE_H_
#define CPPET_ENVIRONMENT_FAULTS_SWEEP_FILE_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"

namespace cppet {

// What is in a file of a faulty sweep.
struct SweepFileState {
  // What is wrong with the file, in one line, after which not all of the rest
  // is known; empty if nothing.
  std::string damage;
  // The runs that are marked as completed, and those of them whose results are
  // missing or wrong.
  std::set<int64_t> completed;
  std::set<int64_t> wrong;
  // What is wrong with the last of `wrong`.
  std::string why_wrong;
  // ValuesDigest of all results; empty if there is no sweep in the file.
  std::string digest;
};

// Looks at the file `path` in child processes: reads all of it with the stock
// driver of HDF5, checks it with CheckHdf5File, loads it, and compares the
// results of all completed runs with what they should be. It is damaged if
// anything of this fails, crashes or hangs, or if runs that are not completed
// have results. A file that is not there, or has no sweep in it, is fine.
SweepFileState ReadSweepFile(const std::string& path);

// Does with the file what who continues its sweep does before the first run, in
// a child process: loads it, and opens it to store.
absl::Status RecoverSweepFile(const std::string& path);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SWEEP_FILE_H_
