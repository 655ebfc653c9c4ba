#include "cppet/base/file_util.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

constexpr size_t kBlock = 1 << 16;

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
  // Some file systems report a full disk here only.
  if (close(fd.Release()) != 0 && errno != EINTR) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

}  // namespace cppet
