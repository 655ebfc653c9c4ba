#ifndef CPPET_ENVIRONMENT_WRAPPING_RECORD_FILE_STORAGE_H_
#define CPPET_ENVIRONMENT_WRAPPING_RECORD_FILE_STORAGE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

struct RecordFileStorageOptions {
  // A record with an item of this name is refused.
  std::string refused_item = "refused";
  // After that many commits of runs the disk is full.
  int64_t commits_until_full = std::numeric_limits<int64_t>::max();
  // How long a commit of runs takes.
  int64_t commit_milliseconds = 0;
  // Whether a run that is completed is refused when it comes again.
  bool refuse_completed = false;
  // Called in the process that commits runs, in the middle of that, and
  // afterwards.
  std::function<void(absl::Span<const RunRecord>)> while_committing;
  std::function<void()> after_committing;
};

// What a RecordFileStorage finds in its file.
struct RecordFileContent {
  // By run index, as they were stored last.
  std::map<int64_t, RunRecord> records;
  int64_t run_commits = 0;
  int64_t trajectory_commits = 0;
  // Number of records in the largest commit.
  int64_t largest_commit = 0;
  // Those whose parent this process is not may not be there.
  std::vector<pid_t> committers;
};

// A storage for tests with many processes: a plain file of records. It fails if
// it is used in another way than storage_service.h allows: by two processes at
// once, after a fork without Close(), or with a run that comes twice.
class RecordFileStorage : public StorageService {
 public:
  explicit RecordFileStorage(std::string path,
                             RecordFileStorageOptions options = {});

  absl::Status Store(Trajectory& trajectory,
                     const StoreOptions& options = {}) override;
  absl::Status StoreRuns(const Trajectory& trajectory,
                         absl::Span<const RunRecord> records) override;
  absl::StatusOr<std::vector<std::string>> List() override;
  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions& options) override;
  absl::Status Close() override;

  absl::StatusOr<RecordFileContent> Read() const;

 private:
  absl::Status Open();
  absl::Status Append(absl::string_view bytes);
  bool IsCompleted(int64_t index) const;

  const std::string path_;
  const RecordFileStorageOptions options_;
  pid_t opener_ = 0;  // 0: it is closed
};

// A digest of what runs left: the same for the same names, values and states in
// whatever order they come. Times and processes do not count.
std::string ResultDigest(const std::map<int64_t, RunRecord>& records);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_RECORD_FILE_STORAGE_H_
