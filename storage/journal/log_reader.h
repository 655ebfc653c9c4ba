#ifndef CPPET_STORAGE_JOURNAL_LOG_READER_H_
#define CPPET_STORAGE_JOURNAL_LOG_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/journal/log_format.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet::journal {

struct LogChange {
  uint64_t offset = 0;
  std::string bytes;
};

struct LogCommit {
  uint64_t size = 0;  // of the file from now on
  std::vector<LogChange> changes;
};

// What is in a journal.
struct LogContents {
  // False: there is no header, or none that was finished, so that nothing
  // counts. All else is empty then.
  bool valid = false;
  bool synced = false;  // the commits survive a loss of power
  uint64_t generation = 0;
  uint64_t base_size = 0;
  uint64_t base_commit = 0;
  std::vector<LogCommit> commits;
  // The end of the last commit frame, and its chain.
  uint64_t position = kFirstFrame;
  uint64_t chain = 0;
  // What the first bytes of the file were between any two changes of them.
  std::vector<Head> heads;
};

// Reads all that was committed. What follows the last commit does not count, be
// it torn, of an earlier generation, or written at this moment.
//
// Errors:
//   kDataLoss: the journal contradicts itself.
//   Others of reading.
absl::StatusOr<LogContents> ReadLog(const RawFile& log);

// Whether the journal can be that of a file that begins with `head`: whatever
// part of the changes has reached the file, it can have no other bytes there.
bool BelongsToFile(const LogContents& log, absl::string_view head);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_LOG_READER_H_
