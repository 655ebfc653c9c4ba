#ifndef CPPET_ENVIRONMENT_FAULTS_SMALL_DISK_H_
#define CPPET_ENVIRONMENT_FAULTS_SMALL_DISK_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cppet {

// A file system in memory, of a size of one's choice, which is seen by this
// process and its children only. It is gone at the end of its life.
class SmallDisk {
 public:
  // Mounts it at the folder `path`.
  //
  // Errors:
  //   kPermissionDenied: only root may do so.
  static absl::StatusOr<SmallDisk> Mount(const std::string& path,
                                         int64_t bytes);
  SmallDisk(SmallDisk&& other) noexcept
      : path_(std::exchange(other.path_, "")) {}
  ~SmallDisk();

  absl::Status Resize(int64_t bytes);

 private:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SMALL_DISK_H_
