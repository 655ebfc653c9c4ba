#ifndef CPPET_ENVIRONMENT_WRAPPING_RECORD_PIPE_H_
#define CPPET_ENVIRONMENT_WRAPPING_RECORD_PIPE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet {

// A pipe for records of runs that many processes write to at once, and any of
// which may be killed at any time.
//
// The ends: one to read, and one to write, which all that write may share.
// Both are closed at exec.
//
// Errors:
//   As the system's: there are no more files.
absl::StatusOr<std::pair<UniqueFd, UniqueFd>> MakeRecordPipe();

// Writes the encoded record of run `index`, however long that takes.
//
// Errors:
//   kUnavailable: nobody will read it, as the other end is closed.
//   Others as the system's.
absl::Status WriteRecord(int pipe, int64_t index, absl::string_view record);

// Reads records, in the order in which they become whole.
class RecordPipeReader {
 public:
  explicit RecordPipeReader(int pipe) : pipe_(pipe) {}

  struct Record {
    int64_t index = 0;
    std::string bytes;
  };

  // The next record that has arrived whole, if there is one; does not wait. A
  // part of a record is dropped when another one of the same run begins.
  //
  // Errors: as the system's.
  absl::StatusOr<std::optional<Record>> Next();

  // Drops what has arrived of a record of run `index`, whose process has died.
  void Drop(int64_t index) { parts_.erase(index); }
  // Records of which a part has arrived.
  size_t parts() const { return parts_.size(); }

 private:
  const int pipe_;
  std::map<int64_t, std::string> parts_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_RECORD_PIPE_H_
