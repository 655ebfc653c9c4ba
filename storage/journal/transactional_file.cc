#include "cppet/storage/journal/transactional_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/journal/locked_file.h"

namespace cppet::journal {
namespace {

// Space in the file is reserved in steps of this size.
constexpr uint64_t kReserveStep = 1 << 20;

// New data that is kept in memory until the commit.
constexpr size_t kMaxBuffered = 4 << 20;

uint64_t RoundUp(uint64_t size, uint64_t step) {
  return (size + step - 1) / step * step;
}

// One file has one journal, by whatever name it is opened.
std::string JournalOf(const std::string& path) {
  struct stat info;
  char resolved[PATH_MAX];
  if (lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode) &&
      realpath(path.c_str(), resolved) != nullptr) {
    return LogPath(resolved);
  }
  return LogPath(path);
}

bool SameState(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

TransactionalFile::TransactionalFile(const TransactionalFileOptions& options,
                                     RawFile file)
    : options_(options),
      owner_(getpid()),
      sync_(options.sync),
      file_(std::move(file)) {}

absl::StatusOr<std::unique_ptr<TransactionalFile>> TransactionalFile::Open(
    const std::string& path, const TransactionalFileOptions& options) {
  const absl::Time deadline = absl::Now() + options.lock_timeout;
  const std::string log_path = JournalOf(path);
  if (!options.writable) {
    CPPET_ASSIGN_OR_RETURN(
        RawFile file,
        OpenLocked(path, O_RDONLY, RawFile::Lock::kShared, deadline));
    auto opened =
        absl::WrapUnique(new TransactionalFile(options, std::move(file)));
    LogContents contents;
    absl::StatusOr<RawFile> log = RawFile::Open(log_path, O_RDONLY);
    if (log.ok()) {
      CPPET_ASSIGN_OR_RETURN(contents, ReadLog(*log));
    } else if (!absl::IsNotFound(log.status())) {
      return log.status();
    }
    CPPET_RETURN_IF_ERROR(opened->TakeIn(contents).status());
    return opened;
  }
  // No journal is made for a file that cannot be opened.
  CPPET_RETURN_IF_ERROR(RawFile::Open(path, O_RDWR).status());
  CPPET_ASSIGN_OR_RETURN(RawFile log,
                         OpenLocked(log_path, O_RDWR | O_CREAT,
                                    RawFile::Lock::kExclusive, deadline));
  CPPET_ASSIGN_OR_RETURN(const uint64_t log_size, log.Size());
  auto remove_log = absl::MakeCleanup([&] {
    if (log_size == 0) unlink(log_path.c_str());
  });
  CPPET_ASSIGN_OR_RETURN(
      RawFile file, OpenLocked(path, O_RDWR, RawFile::Lock::kShared, deadline));
  CPPET_ASSIGN_OR_RETURN(LogContents contents, ReadLog(log));
  auto opened =
      absl::WrapUnique(new TransactionalFile(options, std::move(file)));
  CPPET_ASSIGN_OR_RETURN(const bool belongs, opened->TakeIn(contents));
  std::move(remove_log).Cancel();
  CPPET_RETURN_IF_ERROR(
      opened->TakeOver(std::move(log), belongs ? &contents : nullptr));
  return opened;
}

TransactionalFile::~TransactionalFile() { Close().IgnoreError(); }

// Sees the changes of a journal in the file, if it is the file's.
absl::StatusOr<bool> TransactionalFile::TakeIn(const LogContents& contents) {
  CPPET_ASSIGN_OR_RETURN(const uint64_t physical_size, file_.Size());
  Head head;
  CPPET_ASSIGN_OR_RETURN(const size_t head_size,
                         file_.ReadAt(0, head.data(), head.size()));
  size_ = physical_size;
  applied_size_ = physical_size;
  const bool belongs =
      contents.valid && BelongsToFile(contents, {head.data(), head_size});
  if (belongs) {
    size_ = contents.base_size;
    applied_size_ = contents.base_size;
    for (const LogCommit& commit : contents.commits) {
      for (const LogChange& change : commit.changes) {
        CPPET_RETURN_IF_ERROR(Write(change.offset, change.bytes));
      }
      overlay_.Commit(commit.size);
      size_ = commit.size;
      // How much of it is in the file is not known.
      applied_size_ = std::max(applied_size_, size_);
    }
    pending_ = !contents.commits.empty();
    recovered_commits_ = contents.commits.size();
  } else if (!contents.commits.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        file_.path(), " was changed or replaced by another program since ",
        "changes were written to its journal ", JournalOf(file_.path()),
        ", so they do not fit together any more; move the journal away to take "
        "the file as it is"));
  }
  committed_size_ = size_;
  protected_size_ = RoundUp(applied_size_, kPageSize);
  reserved_size_ = std::min(physical_size, applied_size_);
  journaled_data_ = 0;
  return belongs;
}

// Writes the journal from now on, after `contents` if there are any.
absl::Status TransactionalFile::TakeOver(RawFile log,
                                         const LogContents* contents) {
  // What was to survive a loss of power still is to when others go on with it.
  if (pending_ && contents->synced) sync_ = true;
  log_.emplace(std::move(log), sync_);
  new_journal_ = contents == nullptr;
  if (contents == nullptr) return absl::OkStatus();
  log_->ContinueAfter(*contents);
  if (pending_) {
    // Who committed may have died before this, and the changes count now.
    if (sync_) CPPET_RETURN_IF_ERROR(log_->file().Sync());
    ApplyPending(absl::InfinitePast());
    CPPET_RETURN_IF_ERROR(status_);
  }
  if (sync_ == contents->synced) return absl::OkStatus();
  // All of a generation is as its header says.
  new_journal_ = true;
  if (!pending_) return BeginJournal();
  return sync_ ? file_.Sync() : absl::OkStatus();
}

bool TransactionalFile::CanWrite() const {
  return log_.has_value() && status_.ok() && getpid() == owner_;
}

absl::Status TransactionalFile::Fail(absl::Status status) {
  status_.Update(status);
  return status;
}

absl::Status TransactionalFile::Read(uint64_t offset, char* buffer,
                                     size_t size) {
  if (overlay_.ReadWithin(offset, buffer, size)) return absl::OkStatus();
  const uint64_t page = offset / kPageSize * kPageSize;
  if (overlay_.NextPage(page) >= offset + size &&
      direct_.ReadWithin(offset, buffer, size)) {
    return absl::OkStatus();
  }
  const absl::StatusOr<size_t> read = file_.ReadAt(offset, buffer, size);
  if (!read.ok()) return Fail(read.status());
  memset(buffer + *read, 0, size - *read);
  direct_.Patch(offset, buffer, size);
  overlay_.Patch(offset, buffer, size);
  return absl::OkStatus();
}

// Whether new data need not go to the journal, as it goes where nothing counts
// until the next commit.
bool TransactionalFile::MayGoDirectly(uint64_t offset, uint64_t size) const {
  if (offset < protected_size_ || !CanWrite()) return false;
  return !sync_ || wrote_directly_ ||
         journaled_data_ + size > options_.journaled_data;
}

absl::Status TransactionalFile::Write(uint64_t offset,
                                      absl::string_view bytes) {
  const auto read_page = [this](uint64_t page_offset, char* page) {
    return Read(page_offset, page, kPageSize);
  };
  size_ = std::max<uint64_t>(size_, offset + bytes.size());
  while (!bytes.empty()) {
    uint64_t size =
        std::min<uint64_t>(bytes.size(), kPageSize - offset % kPageSize);
    const uint64_t next_page = overlay_.NextPage(offset);
    if (next_page > offset && MayGoDirectly(offset, bytes.size())) {
      size = std::min<uint64_t>(bytes.size(), next_page - offset);
      // The journal says where the file ended before.
      absl::Status written = log_->begun() ? absl::OkStatus() : BeginJournal();
      if (written.ok()) written = WriteDirectly(offset, bytes.substr(0, size));
      if (!written.ok()) {
        // HDF5 may crash if this were its error: it is that of the commit.
        Fail(written).IgnoreError();
        continue;
      }
      wrote_directly_ = true;
    } else {
      if (offset >= protected_size_) journaled_data_ += size;
      CPPET_RETURN_IF_ERROR(
          overlay_.Write(offset, bytes.substr(0, size), read_page));
    }
    offset += size;
    bytes.remove_prefix(size);
  }
  return absl::OkStatus();
}

absl::StatusOr<Head> TransactionalFile::ReadHead() {
  Head head = {};
  CPPET_RETURN_IF_ERROR(
      Read(0, head.data(), std::min<uint64_t>(head.size(), size_)));
  return head;
}

absl::Status TransactionalFile::Commit() {
  CPPET_RETURN_IF_ERROR(status_);
  if (!CanWrite()) {
    return absl::FailedPreconditionError(
        absl::StrCat(file_.path(), " is not open for writing here"));
  }
  if (!overlay_.has_new() && !wrote_directly_ && size_ == committed_size_) {
    return absl::OkStatus();
  }
  if (const absl::Status written = WriteJournal(); !written.ok()) {
    return Fail(written);
  }
  // From here on it is committed, and errors are those of the next calls.
  overlay_.Commit(size_);
  pending_ = true;
  committed_size_ = size_;
  protected_size_ =
      std::max(protected_size_, RoundUp(committed_size_, kPageSize));
  journaled_data_ = 0;
  wrote_directly_ = false;
  if (!ApplyPending(absl::InfinitePast()) &&
      overlay_.bytes() > options_.max_pending &&
      !ApplyPending(absl::Now() + options_.lock_timeout)) {
    Fail(absl::UnavailableError(absl::StrCat("other programs read ",
                                             file_.path(), " since very long")))
        .IgnoreError();
  }
  return absl::OkStatus();
}

absl::Status TransactionalFile::WriteJournal() {
  if (!log_->begun()) CPPET_RETURN_IF_ERROR(BeginJournal());
  if (new_journal_ && sync_) {
    CPPET_RETURN_IF_ERROR(SyncFolderOf(log_->file().path()));
  }
  new_journal_ = false;
  CPPET_RETURN_IF_ERROR(ReserveSpace());
  CPPET_RETURN_IF_ERROR(FinishDirectWrites());
  CPPET_RETURN_IF_ERROR(overlay_.VisitNew(
      size_, [this](uint64_t offset, absl::string_view bytes) {
        log_->AddChange(offset, bytes);
        return absl::OkStatus();
      }));
  CPPET_ASSIGN_OR_RETURN(const Head head, ReadHead());
  return log_->Commit(size_, head);
}

// Begins a generation of the journal. All that is committed is in the file.
absl::Status TransactionalFile::BeginJournal() {
  if (sync_) CPPET_RETURN_IF_ERROR(file_.Sync());
  Head head = {};
  CPPET_RETURN_IF_ERROR(file_.ReadAt(0, head.data(), head.size()).status());
  CPPET_RETURN_IF_ERROR(log_->Begin(committed_size_, head));
  protected_size_ = RoundUp(committed_size_, kPageSize);
  return absl::OkStatus();
}

// So that nothing runs out of space once the changes count.
absl::Status TransactionalFile::ReserveSpace() {
  std::sort(written_.begin(), written_.end());
  for (const auto& [begin, end] : written_) {
    CPPET_RETURN_IF_ERROR(file_.Reserve(reserved_size_, begin));
    reserved_size_ = std::max(reserved_size_, end);
  }
  written_.clear();
  if (size_ <= reserved_size_) return absl::OkStatus();
  const uint64_t step = RoundUp(size_, kReserveStep);
  if (file_.Reserve(reserved_size_, step).ok()) {
    reserved_size_ = step;
    return absl::OkStatus();
  }
  // There may be no space for a whole step.
  CPPET_RETURN_IF_ERROR(file_.Reserve(reserved_size_, size_));
  reserved_size_ = size_;
  return absl::OkStatus();
}

// With a buffer, a sweep of short runs takes 0.87 times as long.
absl::Status TransactionalFile::WriteDirectly(uint64_t offset,
                                              absl::string_view bytes) {
  if (bytes.size() >= kMaxBuffered) {
    // What is in the buffer may be older.
    CPPET_RETURN_IF_ERROR(FlushDirect());
    written_.emplace_back(offset, offset + bytes.size());
    return file_.WriteAt(offset, bytes);
  }
  direct_.Write(offset, bytes);
  return direct_.bytes() > kMaxBuffered ? FlushDirect() : absl::OkStatus();
}

absl::Status TransactionalFile::FlushDirect() {
  CPPET_RETURN_IF_ERROR(
      direct_.Visit([this](uint64_t offset, absl::string_view bytes) {
        return file_.WriteAt(offset, bytes);
      }));
  direct_.Clear();
  return absl::OkStatus();
}

// New data is on the disk before the commit that refers to it.
absl::Status TransactionalFile::FinishDirectWrites() {
  if (!wrote_directly_) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(FlushDirect());
  return sync_ ? file_.Sync() : absl::OkStatus();
}

// Makes sure that nobody reads the file or writes it.
bool TransactionalFile::LockForChanges(absl::Time deadline) {
  const absl::StatusOr<struct stat> before = file_.Stat();
  const absl::Status locked =
      WaitForLock(file_, RawFile::Lock::kExclusive, deadline);
  if (!locked.ok() && !file_.TryLock(RawFile::Lock::kShared).ok()) {
    Fail(absl::AbortedError(absl::StrCat(
             file_.path(), " was opened for writing by another program")))
        .IgnoreError();
    return false;
  }
  // For a moment we had no lock at all.
  const absl::StatusOr<struct stat> after = file_.Stat();
  if (!before.ok() || !after.ok() || !SameState(*before, *after)) {
    Fail(absl::AbortedError(
             absl::StrCat(file_.path(), " was changed by another program")))
        .IgnoreError();
    return false;
  }
  return locked.ok();
}

void TransactionalFile::UnlockAfterChanges() {
  Fail(file_.TryLock(RawFile::Lock::kShared)).IgnoreError();
}

absl::Status TransactionalFile::WritePending() {
  CPPET_RETURN_IF_ERROR(overlay_.VisitPending(
      applied_size_, [this](uint64_t offset, absl::string_view bytes) {
        return file_.WriteAt(offset, bytes);
      }));
  CPPET_ASSIGN_OR_RETURN(const uint64_t physical_size, file_.Size());
  if (physical_size != committed_size_) {
    CPPET_RETURN_IF_ERROR(file_.Resize(committed_size_));
    if (physical_size > committed_size_) reserved_size_ = committed_size_;
  }
  overlay_.Clear();
  pending_ = false;
  applied_size_ = committed_size_;
  return absl::OkStatus();
}

// Brings what is committed into the file; false if others still read it.
bool TransactionalFile::ApplyPending(absl::Time deadline) {
  if (!LockForChanges(deadline)) return false;
  absl::Status status = WritePending();
  if (status.ok() && log_->size() > kFirstFrame + options_.journal_limit) {
    status = BeginJournal();
  }
  // What is committed is in the journal, for whoever opens the file next.
  if (!status.ok()) apply_failed_ = true;
  Fail(status).IgnoreError();
  UnlockAfterChanges();
  return status.ok();
}

void TransactionalFile::Abandon(const absl::Status& reason) {
  if (!status_.ok()) return;
  status_ = reason;
  abandoned_ = true;
}

absl::Status TransactionalFile::Close() {
  if (closed_) return absl::OkStatus();
  closed_ = true;
  absl::Status status;
  if (log_.has_value() && getpid() == owner_) {
    const bool sound = status_.ok() || abandoned_;
    // What is taken back cannot be told from what is pending.
    const bool mixed = pending_ && overlay_.has_new();
    if (!pending_) overlay_.Clear();
    if (sound && !mixed && LockForChanges(absl::InfinitePast())) {
      status = Finish();
    } else if (!apply_failed_ && !log_->in_doubt()) {
      status = CutTail();
    }
    if (!log_->begun()) unlink(log_->file().path().c_str());
  }
  overlay_.Clear();
  file_ = RawFile();
  log_.reset();
  return status;
}

// Leaves the file as of the last commit, and no use for the journal.
absl::Status TransactionalFile::Finish() {
  CPPET_RETURN_IF_ERROR(WritePending());
  if (!log_->begun()) return absl::OkStatus();
  if (!log_->empty()) CPPET_RETURN_IF_ERROR(BeginJournal());
  if (!options_.keep_journal) unlink(log_->file().path().c_str());
  return absl::OkStatus();
}

// Gives back the space of what is not committed.
absl::Status TransactionalFile::CutTail() {
  const uint64_t used = std::max(committed_size_, applied_size_);
  CPPET_ASSIGN_OR_RETURN(const uint64_t physical_size, file_.Size());
  return physical_size > used ? file_.Resize(used) : absl::OkStatus();
}

absl::StatusOr<int64_t> RecoverFile(const std::string& path,
                                    absl::Duration lock_timeout) {
  CPPET_RETURN_IF_ERROR(RawFile::Open(path, O_RDONLY).status());
  if (access(JournalOf(path).c_str(), F_OK) != 0) return 0;
  TransactionalFileOptions options;
  options.writable = true;
  options.lock_timeout = lock_timeout;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<TransactionalFile> file,
                         TransactionalFile::Open(path, options));
  CPPET_RETURN_IF_ERROR(file->Close());
  return file->recovered_commits();
}

absl::StatusOr<bool> NeedsRecovery(const std::string& path) {
  absl::StatusOr<RawFile> log = RawFile::Open(JournalOf(path), O_RDONLY);
  if (absl::IsNotFound(log.status())) return false;
  CPPET_RETURN_IF_ERROR(log.status());
  // One who lives brings it all into the file.
  const absl::Status locked = log->TryLock(RawFile::Lock::kShared);
  if (absl::IsUnavailable(locked)) return false;
  CPPET_RETURN_IF_ERROR(locked);
  CPPET_ASSIGN_OR_RETURN(const LogContents contents, ReadLog(*log));
  return !contents.commits.empty();
}

}  // namespace cppet::journal
