#ifndef CPPET_STORAGE_JOURNAL_RAW_FILE_H_
#define CPPET_STORAGE_JOURNAL_RAW_FILE_H_

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet::journal {

// An open file of the system. All errors have its path, and are
//   kResourceExhausted: the disk is full, or a limit or quota is reached.
//   Others as the system's.
class RawFile {
 public:
  enum class Lock { kNone, kShared, kExclusive };

  RawFile() = default;

  // Opens `path` with the flags of open(2); a child does not inherit it over
  // exec.
  static absl::StatusOr<RawFile> Open(const std::string& path, int flags);

  bool is_open() const { return fd_.is_open(); }
  const std::string& path() const { return path_; }

  // Reads up to `size` bytes; fewer only at the end of the file.
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer,
                                size_t size) const;
  // Writes all of `data`, never past the process's limit for the size of a
  // file, as that would be its end.
  absl::Status WriteAt(uint64_t offset, absl::string_view data);
  absl::StatusOr<uint64_t> Size() const;
  absl::Status Resize(uint64_t size);
  // Makes sure that writes up to `size` will not run out of space, where the
  // file system can do that. The size stays.
  absl::Status Reserve(uint64_t from, uint64_t size);
  // Makes the file as long as `size`, unless it is longer, by zeros that are
  // written. What is written over them later takes less time to sync than what
  // makes a file longer.
  absl::Status Extend(uint64_t size);
  // Returns once all that was written will survive a loss of power.
  absl::Status Sync();

  // What the file is now; whether `path()` still leads to it.
  absl::StatusOr<struct stat> Stat() const;
  bool IsStillAtPath() const;

  // Locks as flock(2) does, in place of an earlier lock, which is lost if this
  // one is not to be had. A lock is let go at the end of this object.
  //
  // Errors:
  //   kUnavailable: another process has a lock that excludes this one.
  absl::Status TryLock(Lock lock);

 private:
  RawFile(std::string path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
};

// Returns once the names in the folder of `path` will survive a loss of power.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_RAW_FILE_H_
