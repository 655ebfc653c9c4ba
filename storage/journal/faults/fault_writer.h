#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_WRITER_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/fault_trace.h"

namespace cppet {

// What is to happen to one store_runs.
struct WriterPlan {
  // Its flags.
  std::vector<std::string> flags;
  // Variables of libfault_injection.so without their CPPET_FAULT_, such as
  // {"KILL_AT", "7"}. Without any it is not loaded.
  std::vector<std::pair<std::string, std::string>> faults;
  // SIGKILL after that time, for the program and its children or, of these, for
  // the one of that number only.
  absl::Duration kill_after = absl::InfiniteDuration();
  int kill_child = -1;
  // Whether another process reads the file meanwhile, most of the time.
  bool reader = false;
  // The longest file that it may write, in bytes; -1: any.
  int64_t max_file_size = -1;
  // Then it hangs, and is killed.
  absl::Duration timeout = absl::Seconds(60);
};

struct WriterResult {
  int exit_code = -1;  // -1: it was killed
  int signal = 0;
  bool hung = false;
  Acknowledged acknowledged;
  std::string error;  // what it said
  absl::Duration time;
};

// Runs store_runs on one file, again and again.
class FaultWriter {
 public:
  // `program` is argv[0] of a program in the folder of store_runs and
  // libfault_injection.so. All is in the folder `folder`, which is emptied: the
  // file in a folder of its own.
  static absl::StatusOr<FaultWriter> Create(const std::string& program,
                                            const std::string& folder);

  const std::string& folder() const { return data_; }
  std::string file() const { return data_ + "/file.hdf5"; }

  // Runs it and waits until all its processes have ended.
  WriterResult Run(const WriterPlan& plan) const;

  // Runs it with all its operations recorded.
  absl::StatusOr<std::vector<TracedOperation>> Record(
      const WriterPlan& plan) const;

  // Removes all files.
  void Clear() const;

 private:
  FaultWriter() = default;

  std::string program_;
  std::string library_;
  std::string folder_;
  std::string data_;  // the folder of the file
};

// Lets the folders of TempDirectory be in memory, if the system has a place for
// that: what is killed or simulated here needs no disk, but many files.
void UseMemoryForFiles();

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_WRITER_H_
