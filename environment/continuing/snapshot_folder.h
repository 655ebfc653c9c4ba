#ifndef CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FOLDER_H_
#define CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FOLDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/continuing/environment_snapshot.h"

namespace cppet {

struct SnapshotFolderOptions {
  // What is written survives loss of power.
  bool durable = true;
  // How long to wait for others that have the folder.
  absl::Duration lock_timeout = absl::Seconds(30);
};

// What a completed run returned.
struct ResultSnapshot {
  // Of the trajectory, and of the run's start: to tell it from others.
  double trajectory_timestamp = 0;
  int64_t index = 0;
  double start_timestamp = 0;
  std::string value;  // as its ReturnCodec encodes it
};

// The folder <continue_folder>/<trajectory>/ with the snapshots of one
// trajectory:
//
//   environment.ecnt      an EnvironmentSnapshot
//   result_00000003.rcnt  the ResultSnapshot of run 3
//
// While one of these lives, in this process or as a copy in one that was forked
// from it, no other process gets hold of the folder: who gets it knows that
// nobody is at the runs any more.
class SnapshotFolder {
 public:
  // Takes the folder of `trajectory`, a valid name.
  //
  // Errors:
  //   kNotFound: it is not there.
  //   kUnavailable: another process has it, still after the time-out.
  //   Others as the system's, with its path.
  static absl::StatusOr<std::unique_ptr<SnapshotFolder>> Open(
      absl::string_view continue_folder, absl::string_view trajectory,
      const SnapshotFolderOptions& options = {});
  // The same, and makes it if it is not there.
  static absl::StatusOr<std::unique_ptr<SnapshotFolder>> OpenOrMake(
      absl::string_view continue_folder, absl::string_view trajectory,
      const SnapshotFolderOptions& options = {});

  // As an absolute path.
  const std::string& path() const { return path_; }
  std::string ResultPath(int64_t index) const;

  bool HasEnvironment() const;
  bool HasResults() const;

  // Errors of reading, with the path of the file:
  //   kNotFound: there is none.
  //   kDataLoss: it is damaged, or of another trajectory or run.
  //   kUnimplemented: a newer version wrote it.
  // Errors of writing: those of WriteSnapshotFile.
  absl::StatusOr<EnvironmentSnapshot> ReadEnvironment() const;
  absl::Status WriteEnvironment(const EnvironmentSnapshot& snapshot) const;
  // What the run `expected` (but for its value) returned.
  absl::StatusOr<std::string> ReadResult(const ResultSnapshot& expected) const;
  absl::Status WriteResult(const ResultSnapshot& snapshot) const;

  // Removes the folder, all at once, and the one that it is in if that is empty
  // then. What is there besides snapshots stays.
  //
  // Errors: as the system's, with the path.
  absl::Status Remove();

 private:
  SnapshotFolder(std::string path, bool durable, UniqueFd lock)
      : path_(std::move(path)), durable_(durable), lock_(std::move(lock)) {}

  const std::string path_;
  const bool durable_;
  const UniqueFd lock_;
};

// The absolute path of environment.ecnt of `trajectory`.
std::string EnvironmentSnapshotPath(absl::string_view continue_folder,
                                    absl::string_view trajectory);

// Reads environment.ecnt, whoever has the folder. Errors as
// SnapshotFolder::ReadEnvironment.
absl::StatusOr<EnvironmentSnapshot> ReadEnvironmentSnapshot(
    absl::string_view continue_folder, absl::string_view trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CONTINUING_SNAPSHOT_FOLDER_H_
