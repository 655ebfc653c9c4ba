#include "cppet/storage/journal/raw_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"

namespace cppet::journal {
namespace {

absl::Status SystemError(absl::string_view action, const std::string& path) {
  const int error = errno;
  const std::string what = absl::StrCat("cannot ", action, " ", path);
  switch (error) {
    case ENOSPC:
      return absl::ResourceExhaustedError(
          absl::StrCat(what, ": the disk is full"));
    case EDQUOT:
      return absl::ResourceExhaustedError(
          absl::StrCat(what, ": the disk quota is used up"));
    case EFBIG:
      return absl::ResourceExhaustedError(
          absl::StrCat(what, ": the limit for the size of a file is reached"));
    case EINVAL:
      // No fault of the caller's.
      return absl::InternalError(absl::StrCat(what, ": ", strerror(error)));
    default:
      return absl::ErrnoToStatus(error, what);
  }
}

// Writing past the limit would end the process by SIGXFSZ.
bool IsWithinLimit(uint64_t size) {
  rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur >= size) {
    return true;
  }
  errno = EFBIG;
  return false;
}

}  // namespace

absl::StatusOr<RawFile> RawFile::Open(const std::string& path, int flags) {
  UniqueFd fd;
  do {
    fd.Reset(open(path.c_str(), flags | O_CLOEXEC, 0666));
  } while (!fd.is_open() && errno == EINTR);
  if (!fd.is_open()) return SystemError("open", path);
  return RawFile(path, std::move(fd));
}

absl::StatusOr<size_t> RawFile::ReadAt(uint64_t offset, char* buffer,
                                       size_t size) const {
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
        pread(fd_.get(), buffer + done, size - done, offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError("read", path_);
    if (n == 0) break;
    done += n;
  }
  return done;
}

absl::Status RawFile::WriteAt(uint64_t offset, absl::string_view data) {
  if (!IsWithinLimit(offset + data.size())) return SystemError("write", path_);
  while (!data.empty()) {
    const ssize_t n = pwrite(fd_.get(), data.data(), data.size(), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = ENOSPC;
    if (n <= 0) return SystemError("write", path_);
    data.remove_prefix(n);
    offset += n;
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> RawFile::Size() const {
  CPPET_ASSIGN_OR_RETURN(const struct stat info, Stat());
  return info.st_size;
}

absl::Status RawFile::Resize(uint64_t size) {
  CPPET_ASSIGN_OR_RETURN(const uint64_t old_size, Size());
  if (size > old_size && !IsWithinLimit(size)) {
    return SystemError("write", path_);
  }
  while (ftruncate(fd_.get(), size) != 0) {
    if (errno != EINTR) return SystemError("resize", path_);
  }
  return absl::OkStatus();
}

absl::Status RawFile::Reserve(uint64_t from, uint64_t size) {
  // fallocate does not look at the limit.
  if (!IsWithinLimit(size)) return SystemError("write", path_);
  if (size <= from) return absl::OkStatus();
  while (fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, from, size - from) != 0) {
    if (errno == EOPNOTSUPP || errno == ENOSYS) return absl::OkStatus();
    if (errno != EINTR) return SystemError("write", path_);
  }
  return absl::OkStatus();
}

absl::Status RawFile::Extend(uint64_t size) {
  CPPET_ASSIGN_OR_RETURN(const uint64_t old_size, Size());
  if (size <= old_size) return absl::OkStatus();
  return WriteAt(old_size, std::string(size - old_size, '\0'));
}

absl::Status RawFile::Sync() {
  // Else it is not tried again: the system takes the data for written then.
  while (fdatasync(fd_.get()) != 0) {
    if (errno != EINTR) return SystemError("write", path_);
  }
  return absl::OkStatus();
}

absl::StatusOr<struct stat> RawFile::Stat() const {
  struct stat info;
  if (fstat(fd_.get(), &info) != 0) return SystemError("read", path_);
  return info;
}

bool RawFile::IsStillAtPath() const {
  struct stat opened, named;
  return fstat(fd_.get(), &opened) == 0 && stat(path_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

absl::Status RawFile::TryLock(Lock lock) {
  const int operation = lock == Lock::kNone     ? LOCK_UN
                        : lock == Lock::kShared ? LOCK_SH
                                                : LOCK_EX;
  while (flock(fd_.get(), operation | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    // File systems without locks, as some clusters have.
    if (errno == ENOSYS || errno == EOPNOTSUPP) return absl::OkStatus();
    if (errno == EWOULDBLOCK) {
      return absl::UnavailableError(
          absl::StrCat(path_, " is in use by another process"));
    }
    return SystemError("lock", path_);
  }
  return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return SyncFolder(slash == std::string::npos ? "."
                                               : path.substr(0, slash + 1));
}

}  // namespace cppet::journal
