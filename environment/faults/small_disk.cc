#include "cppet/environment/faults/small_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

std::string Data(int64_t bytes) { return absl::StrCat("size=", bytes); }

// Without it the system's other processes would see what is mounted.
absl::Status LeaveNamespace() {
  static bool left = false;
  if (left) return absl::OkStatus();
  if (unshare(CLONE_NEWNS) != 0 ||
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return absl::ErrnoToStatus(errno, "cannot have mounts of one's own");
  }
  left = true;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SmallDisk> SmallDisk::Mount(const std::string& path,
                                           int64_t bytes) {
  if (absl::Status status = LeaveNamespace(); !status.ok()) return status;
  if (mount("tmpfs", path.c_str(), "tmpfs", 0, Data(bytes).c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot mount ", path));
  }
  return SmallDisk(path);
}

SmallDisk::~SmallDisk() {
  if (!path_.empty()) umount2(path_.c_str(), MNT_DETACH);
}

absl::Status SmallDisk::Resize(int64_t bytes) {
  if (mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, Data(bytes).c_str()) !=
      0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot resize ", path_));
  }
  return absl::OkStatus();
}

}  // namespace cppet
