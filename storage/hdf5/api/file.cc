#include "cppet/storage/hdf5/api/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/memory_file.h"
#include "cppet/storage/hdf5/api/superblock.h"
#include "cppet/storage/journal/hdf5_driver.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(1);
constexpr absl::Duration kLongestWait = absl::Milliseconds(50);

// Of the cache of metadata of a file that is written. HDF5 goes through all of
// it at each flush, and we seldom come back to what is in it: a small one makes
// us twice as fast. Not so when a long group is listed: a third of the time to
// load 10000 runs went into reading again what the small one had dropped.
constexpr size_t kMinCacheBytes = size_t{64} << 10;
constexpr size_t kMaxCacheBytes = size_t{4} << 20;

// Data of this size begins at a page, so that the system copies whole pages: 24
// arrays of 16 MiB, without a journal, took 0.180 s instead of 0.191 in tmpfs.
constexpr hsize_t kAlignedBytes = hsize_t{1} << 20;
constexpr hsize_t kAlignment = 4096;

absl::Status SystemError(absl::string_view action, const std::string& path) {
  const int error = errno;
  return absl::ErrnoToStatus(error, absl::StrCat("cannot ", action, " ", path));
}

// Writes in the format of HDF5 1.8, as MemoryFile does.
Handle AccessProperties(bool writable) {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(properties.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  H5Pset_alignment(properties.get(), kAlignedBytes, kAlignment);
  if (!writable) return properties;
  H5AC_cache_config_t cache;
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  H5Pget_mdc_config(properties.get(), &cache);
  cache.set_initial_size = true;
  cache.initial_size = kMinCacheBytes;
  cache.min_size = kMinCacheBytes;
  cache.max_size = kMaxCacheBytes;
  H5Pset_mdc_config(properties.get(), &cache);
  return properties;
}

// Beside `path`, as links do not cross file systems.
std::string TemporaryPath(const std::string& path) {
  static std::atomic<int> count = 0;
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  return absl::StrCat(path.substr(0, name), ".", path.substr(name), ".",
                      getpid(), ".", count++, ".tmp");
}

// Made in memory: HDF5 would crash if it could not write.
absl::StatusOr<std::string> EmptyFile(absl::string_view title,
                                      const Filters& filters) {
  CPPET_ASSIGN_OR_RETURN(MemoryFile file, MemoryFile::Create());
  CPPET_RETURN_IF_ERROR(WriteGroupAttributes(file.root(), filters, title));
  CPPET_RETURN_IF_ERROR(
      WriteText(file.root(), "PYTABLES_FORMAT_VERSION", "2.1"));
  return file.Image();
}

absl::Status WriteEmptyFile(const std::string& path, absl::string_view title,
                            const Filters& filters, bool sync) {
  CPPET_ASSIGN_OR_RETURN(const std::string image, EmptyFile(title, filters));
  CPPET_ASSIGN_OR_RETURN(
      journal::RawFile file,
      journal::RawFile::Open(path, O_RDWR | O_CREAT | O_EXCL));
  CPPET_RETURN_IF_ERROR(file.WriteAt(0, image));
  return sync ? file.Sync() : absl::OkStatus();
}

// Why the file could not be opened.
absl::Status OpenError(const std::string& path) {
  const Reason reason = LastReason();
  if (reason.error_number != 0) {
    return absl::ErrnoToStatus(reason.error_number,
                               absl::StrCat("cannot open ", path));
  }
  if (H5Fis_hdf5(path.c_str()) == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no HDF5 file"));
  }
  return absl::DataLossError(
      absl::StrCat("cannot open ", path, ": ", reason.text));
}

// Another program, started meanwhile, would keep the file locked.
void CloseOnExec(hid_t file) {
  void* descriptor = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) >= 0) {
    fcntl(*static_cast<int*>(descriptor), F_SETFD, FD_CLOEXEC);
  }
}

absl::Status InUseError(const std::string& path, absl::Duration timeout) {
  return absl::UnavailableError(
      absl::StrCat(path, " is in use by another process, still after ",
                   absl::FormatDuration(timeout)));
}

absl::Status CheckLooksLikeFile(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return SystemError("open", path);
  // HDF5 takes an empty file for one that it is to make.
  if (!S_ISREG(info.st_mode) || info.st_size == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no HDF5 file"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status File::Create(const std::string& path, absl::string_view title,
                          const Filters& filters, Durability durability) {
  const std::string temporary = TemporaryPath(path);
  const auto remove =
      absl::MakeCleanup([&temporary] { unlink(temporary.c_str()); });
  const bool sync = durability == Durability::kPower;
  CPPET_RETURN_IF_ERROR(
      WithPrefix(absl::StrCat("cannot create ", path),
                 WriteEmptyFile(temporary, title, filters, sync)));
  const absl::Status named = RenameNew(temporary, path);
  // Another process may have made one.
  if (!named.ok() && !absl::IsAlreadyExists(named)) return named;
  return sync ? journal::SyncFolderOf(path) : absl::OkStatus();
}

absl::StatusOr<File> File::Open(const std::string& path,
                                const OpenOptions& options) {
  CPPET_RETURN_IF_ERROR(CheckLooksLikeFile(path));
  File file;
  file.writable_ = options.writable;
  if (options.writable && options.durability == Durability::kNone) {
    CPPET_RETURN_IF_ERROR(file.OpenPlain(path, options));
  } else {
    CPPET_RETURN_IF_ERROR(file.OpenTransactional(path, options));
  }
  file.root_ = Handle(H5Gopen2(file.id_.get(), "/", H5P_DEFAULT));
  if (!file.root_.ok()) {
    return ErrorAt(file.id_.get(), "cannot open the root group",
                   absl::StatusCode::kDataLoss);
  }
  return file;
}

absl::Status File::OpenTransactional(const std::string& path,
                                     const OpenOptions& options) {
  journal::TransactionalFileOptions journal_options;
  journal_options.writable = options.writable;
  journal_options.sync = options.durability == Durability::kPower;
  journal_options.keep_journal = options.keep_journal;
  journal_options.lock_timeout = options.lock_timeout;
  absl::StatusOr<std::unique_ptr<journal::TransactionalFile>> opened =
      journal::TransactionalFile::Open(path, journal_options);
  if (absl::IsUnavailable(opened.status())) {
    return InUseError(path, options.lock_timeout);
  }
  CPPET_RETURN_IF_ERROR(opened.status());
  transactions_ = *std::move(opened);
  const Handle access = AccessProperties(options.writable);
  if (journal::OpenWithJournal(access.get(), transactions_.get())) {
    id_ = Handle(H5Fopen(path.c_str(),
                         options.writable ? H5F_ACC_RDWR : H5F_ACC_RDONLY,
                         access.get()));
  }
  if (id_.ok() && options.writable) {
    CPPET_ASSIGN_OR_RETURN(std::string superblock, ReadSuperblock());
    can_append_ = SetEndInSuperblock(transactions_->size(), &superblock);
    const Handle creation(H5Fget_create_plist(id_.get()));
    H5Pget_istore_k(creation.get(), &chunk_index_rank_);
  }
  return id_.ok() ? absl::OkStatus() : Explain(OpenError(path));
}

absl::Status File::OpenPlain(const std::string& path,
                             const OpenOptions& options) {
  CPPET_RETURN_IF_ERROR(
      journal::RecoverFile(path, options.lock_timeout).status());
  const Handle access = AccessProperties(/*writable=*/true);
  const absl::Time deadline = absl::Now() + options.lock_timeout;
  absl::Duration wait = kFirstWait;
  while (true) {
    id_ = Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()));
    if (id_.ok()) break;
    const absl::Status error = OpenError(path);
    if (!absl::IsUnavailable(error)) return error;
    if (absl::Now() >= deadline) return InUseError(path, options.lock_timeout);
    absl::SleepFor(std::min(wait, deadline - absl::Now()));
    wait = std::min(2 * wait, kLongestWait);
  }
  CloseOnExec(id_.get());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> File::Append(uint64_t size, const Fill& fill) {
  uint64_t address = 0;
  if (!can_append_ || !journal::AllocateAtEnd(id_.get(), size, &address)) {
    return absl::UnimplementedError("bytes cannot be appended to the file");
  }
  std::string bytes(size, '\0');
  fill(address, bytes.data());
  CPPET_RETURN_IF_ERROR(transactions_->Write(address, bytes));
  appended_ = true;
  return address;
}

absl::StatusOr<std::string> File::ReadSuperblock() {
  std::string bytes(kSuperblockBytes, '\0');
  CPPET_RETURN_IF_ERROR(transactions_->Read(0, bytes.data(), bytes.size()));
  return bytes;
}

// HDF5 writes where the file ends only when it has made it longer itself.
absl::Status File::WriteEnd() {
  if (!appended_) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const std::string before, ReadSuperblock());
  std::string bytes = before;
  if (!SetEndInSuperblock(transactions_->size(), &bytes)) {
    return absl::InternalError("the superblock cannot be written");
  }
  return bytes == before ? absl::OkStatus() : transactions_->Write(0, bytes);
}

absl::Status File::Commit() {
  if (H5Fflush(id_.get(), H5F_SCOPE_GLOBAL) < 0) {
    return Explain(ErrorAt(id_.get(), "cannot write the file"));
  }
  if (transactions_ == nullptr) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(WriteEnd());
  return transactions_->Commit();
}

void File::Abandon() {
  if (transactions_ != nullptr) {
    transactions_->Abandon(absl::CancelledError("the file was abandoned"));
  }
  root_.Reset();
  // HDF5 would go on using it at the end of the program.
  if (!id_.Reset()) static_cast<void>(transactions_.release());
  transactions_.reset();
}

absl::Status File::Close() {
  if (!id_.ok()) return absl::OkStatus();
  absl::Status status;
  if (writable_ && transactions_ == nullptr) status = Commit();
  root_.Reset();
  // HDF5 writes a little more when it closes the file.
  if (!id_.Reset() && status.ok()) {
    status = Explain(ErrorAt(H5I_INVALID_HID, "cannot close an HDF5 file"));
  }
  if (transactions_ == nullptr) return status;
  if (writable_ && status.ok()) status = WriteEnd();
  if (writable_ && status.ok()) status = transactions_->Commit();
  if (!status.ok()) transactions_->Abandon(status);
  status.Update(transactions_->Close());
  transactions_.reset();
  return status;
}

absl::Status File::Explain(const absl::Status& status) const {
  if (status.ok() || transactions_ == nullptr || transactions_->status().ok()) {
    return status;
  }
  return transactions_->status();
}

}  // namespace cppet::hdf5
