#ifndef CPPET_ENVIRONMENT_FAULTS_SIDE_FILES_H_
#define CPPET_ENVIRONMENT_FAULTS_SIDE_FILES_H_

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace cppet {

// What the processes of a sweep say beside its HDF5 file. All that is noted is
// one write(2) to the end of a file, so that it is there whatever is killed
// afterwards, and whole. In a folder:
//
//   CALLS/<index>  a byte for each call of the run function
//   ACKS           a line "ACK <index>" for each run that is said to be stored
//   PIDS           with `pids`, a line "main <pid>" or "worker <pid>" for each
//                  process of the sweep but the one that stores in QUEUE or
//                  PIPE mode
class SideFiles {
 public:
  explicit SideFiles(std::string folder) : folder_(std::move(folder)) {}

  // Makes the folder and what else there must be.
  absl::Status Make() const;

  void NoteCall(int64_t index) const;
  void NoteAck(int64_t index) const;
  void NoteMain() const;
  // Notes each process once.
  void NoteWorker() const;

  // The number of calls of each of the runs 0 to `runs` - 1.
  std::vector<int> Calls(int64_t runs) const;
  std::set<int64_t> Acks() const;
  // In the order in which they started.
  std::vector<pid_t> Workers() const;

 private:
  std::string folder_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SIDE_FILES_H_
