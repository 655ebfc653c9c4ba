#include "cppet/environment/continuing/snapshot_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cereal/types/string.hpp"
#include "cereal/types/tuple.hpp"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/calls/cereal_codec.h"
#include "cppet/environment/continuing/snapshot_file.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

constexpr char kEnvironmentFile[] = "environment.ecnt";
constexpr char kResultPrefix[] = "result_";
constexpr char kResultSuffix[] = ".rcnt";
// No name of a trajectory has a dot.
constexpr char kRemovedSuffix[] = ".removed";
constexpr absl::Duration kLockPoll = absl::Milliseconds(10);
// How often a folder may vanish between making and taking it.
constexpr int kMakeTries = 100;

// trajectory_timestamp, index, start_timestamp, value
using Encoded = std::tuple<double, int64_t, double, std::string>;

std::string FolderPath(absl::string_view continue_folder,
                       absl::string_view trajectory) {
  std::error_code error;
  const fs::path path =
      fs::path(std::string(continue_folder)) / std::string(trajectory);
  const fs::path absolute = fs::absolute(path, error);
  return (error ? path : absolute).lexically_normal();
}

bool IsResult(absl::string_view file) {
  return absl::StartsWith(file, kResultPrefix) &&
         absl::EndsWith(file, kResultSuffix);
}

// Also what a killed process left of one.
bool IsSnapshot(absl::string_view file) {
  absl::ConsumeSuffix(&file, kTemporaryFileSuffix);
  return file == kEnvironmentFile || IsResult(file);
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    files.push_back(it->path().filename());
  }
  return files;
}

absl::Status RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, path);
}

// Removes the snapshots in `folder`, and itself unless there is more in it.
absl::Status RemoveSnapshots(const std::string& folder) {
  // Without it the others are of no use.
  CPPET_RETURN_IF_ERROR(
      RemoveFile(absl::StrCat(folder, "/", kEnvironmentFile)));
  for (const std::string& file : FilesIn(folder)) {
    if (!IsSnapshot(file)) continue;
    CPPET_RETURN_IF_ERROR(RemoveFile(absl::StrCat(folder, "/", file)));
  }
  if (rmdir(folder.c_str()) != 0 && errno != ENOENT && errno != ENOTEMPTY) {
    return absl::ErrnoToStatus(errno, folder);
  }
  return absl::OkStatus();
}

// Makes `path` with the folders above it.
absl::Status MakeFolders(const fs::path& path, bool durable) {
  std::error_code error;
  if (fs::is_directory(path, error)) return absl::OkStatus();
  if (path.has_relative_path()) {
    CPPET_RETURN_IF_ERROR(MakeFolders(path.parent_path(), durable));
  }
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, path.string());
  }
  return durable ? SyncFolder(path.parent_path()) : absl::OkStatus();
}

// An open folder that no other process has; nothing if it vanished meanwhile.
absl::StatusOr<UniqueFd> Lock(const std::string& path, absl::Time deadline) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    // A file system without locks: it goes without.
    if (errno != EWOULDBLOCK) break;
    if (absl::Now() >= deadline) {
      return absl::UnavailableError(
          absl::StrCat(path, ": another process is still at these runs"));
    }
    absl::SleepFor(kLockPoll);
  }
  // Who had it may have removed it.
  struct stat locked, there;
  if (fstat(fd.get(), &locked) != 0) return absl::ErrnoToStatus(errno, path);
  if (stat(path.c_str(), &there) != 0 || locked.st_ino != there.st_ino ||
      locked.st_dev != there.st_dev) {
    return absl::NotFoundError(absl::StrCat(path, ": it was removed"));
  }
  return fd;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotFolder>> SnapshotFolder::Open(
    absl::string_view continue_folder, absl::string_view trajectory,
    const SnapshotFolderOptions& options) {
  const std::string path = FolderPath(continue_folder, trajectory);
  CPPET_ASSIGN_OR_RETURN(UniqueFd lock,
                         Lock(path, absl::Now() + options.lock_timeout));
  return absl::WrapUnique(
      new SnapshotFolder(path, options.durable, std::move(lock)));
}

absl::StatusOr<std::unique_ptr<SnapshotFolder>> SnapshotFolder::OpenOrMake(
    absl::string_view continue_folder, absl::string_view trajectory,
    const SnapshotFolderOptions& options) {
  const std::string path = FolderPath(continue_folder, trajectory);
  // What a killed process did not get to.
  RemoveSnapshots(path + kRemovedSuffix).IgnoreError();
  for (int i = 0;; ++i) {
    absl::Status status = MakeFolders(path, options.durable);
    if (status.ok()) {
      auto folder = Open(continue_folder, trajectory, options);
      if (folder.ok()) return folder;
      status = folder.status();
    }
    // Another process may have removed one of them just now.
    if (!absl::IsNotFound(status) || i == kMakeTries) return status;
  }
}

std::string SnapshotFolder::ResultPath(int64_t index) const {
  return absl::StrCat(path_, "/", kResultPrefix, absl::StrFormat("%08d", index),
                      kResultSuffix);
}

bool SnapshotFolder::HasEnvironment() const {
  std::error_code error;
  return fs::exists(
      fs::symlink_status(absl::StrCat(path_, "/", kEnvironmentFile), error));
}

bool SnapshotFolder::HasResults() const {
  for (const std::string& file : FilesIn(path_)) {
    if (IsResult(file)) return true;
  }
  return false;
}

absl::StatusOr<EnvironmentSnapshot> SnapshotFolder::ReadEnvironment() const {
  const fs::path path(path_);
  return ReadEnvironmentSnapshot(path.parent_path().string(),
                                 path.filename().string());
}

absl::Status SnapshotFolder::WriteEnvironment(
    const EnvironmentSnapshot& snapshot) const {
  return WriteSnapshotFile(absl::StrCat(path_, "/", kEnvironmentFile),
                           SnapshotKind::kEnvironment,
                           EncodeEnvironmentSnapshot(snapshot), durable_);
}

absl::StatusOr<std::string> SnapshotFolder::ReadResult(
    const ResultSnapshot& expected) const {
  const std::string path = ResultPath(expected.index);
  CPPET_ASSIGN_OR_RETURN(const std::string bytes,
                         ReadSnapshotFile(path, SnapshotKind::kResult));
  absl::StatusOr<Encoded> encoded = DecodeWithCereal<Encoded>(bytes);
  if (!encoded.ok()) return WithPrefix(path, encoded.status());
  auto& [trajectory_timestamp, index, start_timestamp, value] = *encoded;
  if (trajectory_timestamp != expected.trajectory_timestamp) {
    return absl::DataLossError(absl::StrCat(path, " is of another trajectory"));
  }
  if (index != expected.index) {
    return absl::DataLossError(absl::StrCat(path, " is of run ", index));
  }
  if (start_timestamp != expected.start_timestamp) {
    return absl::DataLossError(
        absl::StrCat(path, " is of another try of the run"));
  }
  return std::move(value);
}

absl::Status SnapshotFolder::WriteResult(const ResultSnapshot& snapshot) const {
  CPPET_ASSIGN_OR_RETURN(
      const std::string bytes,
      EncodeWithCereal(std::tie(snapshot.trajectory_timestamp, snapshot.index,
                                snapshot.start_timestamp, snapshot.value)));
  return WriteSnapshotFile(ResultPath(snapshot.index), SnapshotKind::kResult,
                           bytes, durable_);
}

absl::Status SnapshotFolder::Remove() {
  bool only_snapshots = true;
  for (const std::string& file : FilesIn(path_)) {
    only_snapshots = only_snapshots && IsSnapshot(file);
  }
  if (only_snapshots) {
    // A process that is killed from here on leaves no half of the snapshots,
    // only a folder that the next Remove clears away.
    const std::string removed = path_ + kRemovedSuffix;
    CPPET_RETURN_IF_ERROR(RemoveSnapshots(removed));
    if (rename(path_.c_str(), removed.c_str()) != 0) {
      return absl::ErrnoToStatus(errno, path_);
    }
    CPPET_RETURN_IF_ERROR(RemoveSnapshots(removed));
  } else {
    CPPET_RETURN_IF_ERROR(RemoveSnapshots(path_));
  }
  // Unless there are those of others.
  rmdir(fs::path(path_).parent_path().c_str());
  return absl::OkStatus();
}

std::string EnvironmentSnapshotPath(absl::string_view continue_folder,
                                    absl::string_view trajectory) {
  return absl::StrCat(FolderPath(continue_folder, trajectory), "/",
                      kEnvironmentFile);
}

absl::StatusOr<EnvironmentSnapshot> ReadEnvironmentSnapshot(
    absl::string_view continue_folder, absl::string_view trajectory) {
  const std::string path = EnvironmentSnapshotPath(continue_folder, trajectory);
  CPPET_ASSIGN_OR_RETURN(const std::string bytes,
                         ReadSnapshotFile(path, SnapshotKind::kEnvironment));
  absl::StatusOr<EnvironmentSnapshot> snapshot =
      DecodeEnvironmentSnapshot(bytes);
  if (!snapshot.ok()) return WithPrefix(path, snapshot.status());
  return snapshot;
}

}  // namespace cppet
