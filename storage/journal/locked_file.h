#ifndef CPPET_STORAGE_JOURNAL_LOCKED_FILE_H_
#define CPPET_STORAGE_JOURNAL_LOCKED_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/storage/journal/raw_file.h"

namespace cppet::journal {

// Gets a lock as RawFile::TryLock, and waits for it until `deadline`.
absl::Status WaitForLock(RawFile& file, RawFile::Lock lock,
                         absl::Time deadline);

// Opens the file `path` with the flags of open(2) and locks it. It is the file
// of that name even if another took its place meanwhile.
//
// Errors:
//   kUnavailable: other processes have it, still at `deadline`.
//   Others of RawFile.
absl::StatusOr<RawFile> OpenLocked(const std::string& path, int flags,
                                   RawFile::Lock lock, absl::Time deadline);

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_LOCKED_FILE_H_
