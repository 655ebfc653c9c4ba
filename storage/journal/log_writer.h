#ifndef CPPET_STORAGE_JOURNAL_LOG_WRITER_H_
#define CPPET_STORAGE_JOURNAL_LOG_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/journal/log_format.h"
#include "cppet/storage/journal/log_reader.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet::journal {

// Writes a journal. One transaction is any number of AddChange and then one
// Commit; after an error nothing more may be added.
class LogWriter {
 public:
  // `sync`: what is written survives a loss of power before a call returns.
  LogWriter(RawFile log, bool sync) : log_(std::move(log)), sync_(sync) {}

  // Goes on after what is in the journal, which is valid.
  void ContinueAfter(const LogContents& contents);
  // Begins a new generation, in which nothing is committed. All that was
  // committed before is in the file itself.
  absl::Status Begin(uint64_t file_size, const Head& head);

  void AddChange(uint64_t offset, absl::string_view bytes);
  // Commits the changes, with `file_size` as the new size of a file that begins
  // with `head` then.
  //
  // Errors, after which the changes are not committed, unless in_doubt():
  //   kResourceExhausted: there is no space.
  //   Others as the system's.
  absl::Status Commit(uint64_t file_size, const Head& head);

  RawFile& file() { return log_; }
  bool begun() const { return begun_; }
  // Whether nothing was committed in this generation.
  bool empty() const { return position_ == kFirstFrame; }
  uint64_t size() const { return position_; }
  // The disk failed at the very commit: only who reads the journal anew knows
  // whether it counts.
  bool in_doubt() const { return in_doubt_; }

 private:
  void AddFrame(FrameKind kind, uint64_t offset, absl::string_view bytes,
                uint64_t content);
  absl::Status MakeSpace(uint64_t end);
  absl::Status Sync() { return sync_ ? log_.Sync() : absl::OkStatus(); }

  RawFile log_;
  const bool sync_;
  bool begun_ = false;
  bool needs_nonce_ = false;
  bool in_doubt_ = false;
  uint64_t generation_ = 0;
  uint64_t commit_ = 0;
  uint64_t position_ = kFirstFrame;  // after the last commit
  uint64_t chain_ = 0;
  uint64_t space_ = 0;  // up to here
  std::string frames_;  // of this transaction
};

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_LOG_WRITER_H_
