#ifndef CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FILE_H_
#define CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

// What a snapshot is of.
enum class SnapshotKind {
  kEnvironment,  // .ecnt
  kResult,       // .rcnt
};

// Writes `content` to the file `path`, framed so that damage is found; all at
// once, see WriteFileAtomically.
//
// Errors, with the path:
//   kResourceExhausted: the disk is full, or `content` is too long (4 GiB).
//   Others of WriteFileAtomically.
absl::Status WriteSnapshotFile(const std::string& path, SnapshotKind kind,
                               absl::string_view content, bool durable);

// Returns what WriteSnapshotFile wrote.
//
// Errors, with the path:
//   kNotFound: there is no such file.
//   kDataLoss: it is no whole snapshot of that kind.
//   kUnimplemented: a newer version wrote it.
//   Others of ReadFile.
absl::StatusOr<std::string> ReadSnapshotFile(const std::string& path,
                                             SnapshotKind kind);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FILE_H_
