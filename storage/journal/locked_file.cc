#include "cppet/storage/journal/locked_file.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"

namespace cppet::journal {
namespace {

constexpr absl::Duration kFirstWait = absl::Microseconds(100);
constexpr absl::Duration kLongestWait = absl::Milliseconds(20);

}  // namespace

absl::Status WaitForLock(RawFile& file, RawFile::Lock lock,
                         absl::Time deadline) {
  absl::Duration wait = kFirstWait;
  while (true) {
    const absl::Status locked = file.TryLock(lock);
    if (!absl::IsUnavailable(locked)) return locked;
    const absl::Time now = absl::Now();
    if (now >= deadline) return locked;
    absl::SleepFor(std::min(wait, deadline - now));
    wait = std::min(2 * wait, kLongestWait);
  }
}

absl::StatusOr<RawFile> OpenLocked(const std::string& path, int flags,
                                   RawFile::Lock lock, absl::Time deadline) {
  while (true) {
    CPPET_ASSIGN_OR_RETURN(RawFile file, RawFile::Open(path, flags));
    CPPET_RETURN_IF_ERROR(WaitForLock(file, lock, deadline));
    if (file.IsStillAtPath()) return file;
  }
}

}  // namespace cppet::journal
