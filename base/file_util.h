#ifndef CPPET_BASE_FILE_UTIL_H_
#define CPPET_BASE_FILE_UTIL_H_

#include <cstddef>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

struct ReadFileOptions {
  // A longer file is an error.
  size_t max_bytes = std::numeric_limits<size_t>::max();
};

// Returns what is in the file `path`.
//
// Errors, with the path in the message:
//   kNotFound: there is no such file.
//   kPermissionDenied: it may not be read.
//   kResourceExhausted: it is longer than `options.max_bytes`.
//   Others as the system's: `path` is a folder, the disk fails, ...
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     const ReadFileOptions& options = {});

// Creates the file `path`, or replaces what is in it, with `content`. On an
// error a part of it may be written.
//
// Errors, with the path in the message:
//   kNotFound: its folder is not there.
//   kPermissionDenied: it may not be written.
//   Others as the system's: `path` is a folder, the disk is full, ...
absl::Status WriteFile(const std::string& path, absl::string_view content);

// What is added to a file's name while it is written atomically.
inline constexpr char kTemporaryFileSuffix[] = ".tmp";

// Creates the file `path`, or replaces it, with `content`, all at once: whoever
// reads it, and whenever this process is killed, finds nothing or the old
// content, or the new one. If `durable`, the new one also survives loss of
// power from when this returns; that is to wait for the disk. Two processes
// must not write the same file at the same time.
//
// Errors as WriteFile. Unless the new content is there already, and only
// whether it is durable is not known, the old one stays.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view content, bool durable);

// Gives the file `from` the name `to`, unless there is something of that name.
//
// Errors, with `to` in the message:
//   kAlreadyExists: there is.
//   Others as the system's: its folder is not there, or another disk, ...
absl::Status RenameNew(const std::string& from, const std::string& to);

// Whether both paths lead to one file, which is there.
bool IsSameFile(const std::string& a, const std::string& b);

// Waits until the names of what is in the folder `path` are on the disk.
//
// Errors, with the path in the message: as the system's.
absl::Status SyncFolder(const std::string& path);

}  // namespace cppet

#endif  // CPPET_BASE_FILE_UTIL_H_
