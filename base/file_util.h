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

}  // namespace cppet

#endif  // CPPET_BASE_FILE_UTIL_H_
