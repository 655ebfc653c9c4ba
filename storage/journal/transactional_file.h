#ifndef CPPET_STORAGE_JOURNAL_TRANSACTIONAL_FILE_H_
#define CPPET_STORAGE_JOURNAL_TRANSACTIONAL_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/storage/journal/log_format.h"
#include "cppet/storage/journal/log_reader.h"
#include "cppet/storage/journal/log_writer.h"
#include "cppet/storage/journal/page_overlay.h"
#include "cppet/storage/journal/raw_file.h"
#include "cppet/storage/journal/write_buffer.h"

namespace cppet::journal {

struct TransactionalFileOptions {
  bool writable = false;
  // What is committed survives a loss of power, and not only the process.
  bool sync = true;
  // How long to wait for another process that has the file.
  absl::Duration lock_timeout = absl::Seconds(30);
  // Close leaves the journal there, empty, for the next writer.
  bool keep_journal = false;
  // Sizes in bytes. A journal that is longer begins anew.
  uint64_t journal_limit = 4 << 20;
  // Of the new data of a transaction that is written twice, to the journal
  // first, which saves waiting for the disk. The rest is written once.
  uint64_t journaled_data = 256 << 10;
  // Of committed changes that may wait in memory for readers to leave.
  uint64_t max_pending = 64 << 20;
};

// A file whose changes come in transactions: they all count once Commit
// returned OK, and none before, whatever happens to process or computer.
//
// Changes are written to a journal first, the file `path` + ".wal", and from
// there to the file itself, which is an ordinary one. After a crash it may be
// torn, until it is opened here again: that repairs it. Journal and file belong
// together, and must be moved or copied together until then.
//
// One process writes, and takes an exclusive flock of the journal for it. It
// holds a shared flock of the file itself, which turns exclusive only while
// something is written that readers may see. So a reader that has a shared
// flock (as HDF5 has, and any program on top of it) sees the state of one
// commit as long as it wants. Commits that come meanwhile are complete in the
// journal, and wait for it to leave.
//
// An object is used in one thread at a time. In a forked child it does nothing.
class TransactionalFile {
 public:
  // Opens the file `path`, which is there. What was committed by others before
  // is in it, or, if it may only be read, seen through this object.
  //
  // Errors:
  //   kNotFound, kPermissionDenied, ...: as the system says.
  //   kUnavailable: another process has it, still after the timeout.
  //   kFailedPrecondition: the journal has changes, but the file was changed or
  //     replaced by others since.
  //   kDataLoss: the journal is damaged.
  static absl::StatusOr<std::unique_ptr<TransactionalFile>> Open(
      const std::string& path, const TransactionalFileOptions& options = {});

  // Takes back what is not committed, and lets go of the file.
  ~TransactionalFile();
  TransactionalFile(const TransactionalFile&) = delete;
  TransactionalFile& operator=(const TransactionalFile&) = delete;

  // The file as it is with all changes. Bytes after its end read as zeros.
  absl::Status Read(uint64_t offset, char* buffer, size_t size);
  // Bytes that nobody wrote are undefined where a write made the file longer.
  // That the disk is full or fails is an error of the next commit only.
  absl::Status Write(uint64_t offset, absl::string_view bytes);
  void Resize(uint64_t size) { size_ = size; }
  uint64_t size() const { return size_; }

  // Makes all changes since the last commit count.
  //
  // Errors, after which they do not count, and the file takes no more: close it
  // and open it again.
  //   kResourceExhausted: the disk is full, or a limit is reached.
  //   kUnavailable: others read the file since very long.
  //   Others as the system's. If the disk itself failed it is open whether the
  //   changes count, which shows when the file is opened again.
  absl::Status Commit();

  // Takes back what is not committed; Commit returns `reason` from now on.
  void Abandon(const absl::Status& reason);
  // The first error, after which nothing more reaches the disk.
  const absl::Status& status() const { return status_; }

  // Takes back what is not committed, and lets go of the file. The journal is
  // removed if nobody needs it.
  absl::Status Close();

  // Commits found in the journal when the file was opened, which may have been
  // in the file already.
  int64_t recovered_commits() const { return recovered_commits_; }

 private:
  TransactionalFile(const TransactionalFileOptions& options, RawFile file);

  // Of opening.
  absl::StatusOr<bool> TakeIn(const LogContents& contents);
  absl::Status TakeOver(RawFile log, const LogContents* contents);

  bool CanWrite() const;
  bool MayGoDirectly(uint64_t offset, uint64_t size) const;
  absl::Status Fail(absl::Status status);
  absl::StatusOr<Head> ReadHead();

  // Of a commit.
  absl::Status WriteJournal();
  absl::Status ReserveSpace();
  absl::Status WriteDirectly(uint64_t offset, absl::string_view bytes);
  absl::Status FlushDirect();
  absl::Status FinishDirectWrites();
  absl::Status BeginJournal();

  // Of what follows a commit. Each needs the lock.
  bool LockForChanges(absl::Time deadline);
  void UnlockAfterChanges();
  absl::Status WritePending();
  bool ApplyPending(absl::Time deadline);
  absl::Status Finish();
  absl::Status CutTail();

  const TransactionalFileOptions options_;
  const pid_t owner_;
  bool sync_;
  RawFile file_;
  std::optional<LogWriter> log_;  // if it may be written
  PageOverlay overlay_;
  uint64_t size_ = 0;
  uint64_t committed_size_ = 0;
  // As it is in the file itself.
  uint64_t applied_size_ = 0;
  // New data from here on may go to the file itself: nothing that the journal
  // may repeat is there.
  uint64_t protected_size_ = 0;
  uint64_t reserved_size_ = 0;
  // Begins and ends of what of this transaction has its space, as it is in the
  // file. To reserve it again costs ext4 5 to 8 % of the time to write it.
  std::vector<std::pair<uint64_t, uint64_t>> written_;
  uint64_t journaled_data_ = 0;  // of this transaction
  bool wrote_directly_ = false;  // in this transaction
  WriteBuffer direct_;           // of that, what is not in the file yet
  bool new_journal_ = false;     // its name may not be on the disk yet
  bool pending_ = false;         // committed changes are not in the file yet
  bool apply_failed_ = false;
  bool abandoned_ = false;
  bool closed_ = false;
  int64_t recovered_commits_ = 0;
  absl::Status status_;
};

// Brings the file `path` in the state of its last commit, as opening it for
// writing does, and removes its journal. Returns the commits in the journal; if
// there is none, nothing is done.
absl::StatusOr<int64_t> RecoverFile(
    const std::string& path, absl::Duration lock_timeout = absl::Seconds(30));

// Whether a writer died and left something in the journal of the file `path`
// that programs which know nothing of journals may not see, or see torn.
absl::StatusOr<bool> NeedsRecovery(const std::string& path);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_TRANSACTIONAL_FILE_H_
