#include "cppet/base/file_util.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

constexpr size_t kBlock = 1 << 16;

// Writes `content` to a new or emptied file `path`, and if wanted waits until
// it is on the disk.
absl::Status WriteContent(const std::string& path, absl::string_view content,
                          bool sync) {
  UniqueFd fd(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  while (!content.empty()) {
    const ssize_t put = write(fd.get(), content.data(), content.size());
    if (put >= 0) {
      content.remove_prefix(put);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
  }
  if (sync && fsync(fd.get()) != 0) return absl::ErrnoToStatus(errno, path);
  // Some file systems report a full disk here only.
  if (close(fd.Release()) != 0 && errno != EINTR) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

// The folder that `path` is in.
std::string Folder(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     const ReadFileOptions& options) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  std::string content;
  while (true) {
    const size_t size = content.size();
    content.resize(size + kBlock);
    const ssize_t got = read(fd.get(), &content[size], kBlock);
    content.resize(size + (got > 0 ? got : 0));
    if (got == 0) return content;
    if (got < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, path);
    if (content.size() > options.max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, " is longer than ", options.max_bytes, " bytes"));
    }
  }
}

absl::Status WriteFile(const std::string& path, absl::string_view content) {
  return WriteContent(path, content, /*sync=*/false);
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content, bool durable) {
  const std::string temporary = path + kTemporaryFileSuffix;
  absl::Status status = WriteContent(temporary, content, durable);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = absl::ErrnoToStatus(errno, path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return durable ? SyncFolder(Folder(path)) : absl::OkStatus();
}

absl::Status RenameNew(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());
    return absl::OkStatus();
  }
  // Some file systems have no hard links.
  if (errno != EEXIST && renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                                   RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", to));
}

bool IsSameFile(const std::string& a, const std::string& b) {
  struct stat first, second;
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

absl::Status SyncFolder(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  // A file system that knows no such thing keeps names in its own way.
  if (fsync(fd.get()) != 0 && errno != EINVAL) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

}  // namespace cppet
