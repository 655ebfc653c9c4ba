#include "cppet/environment/wrapping/record_storing.h"

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/calls/run_report.h"

namespace cppet {
namespace {

// Whether the storage means a record and not its medium.
bool IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status);
}

}  // namespace

absl::Status StoreRecords(StorageService& storage, const Trajectory& trajectory,
                          absl::Span<RunRecord> records,
                          std::set<int64_t>* completed_before) {
  if (records.empty()) return absl::OkStatus();
  absl::Status status = storage.StoreRuns(trajectory, records);
  if (!IsRefusal(status)) return status;
  if (records.size() > 1) {
    const size_t half = records.size() / 2;
    CPPET_RETURN_IF_ERROR(StoreRecords(storage, trajectory, records.first(half),
                                       completed_before));
    return StoreRecords(storage, trajectory, records.subspan(half),
                        completed_before);
  }
  RunRecord& record = records[0];
  const bool had_failed = !record.completed;
  std::string failure =
      absl::StrCat("cannot be stored: ", absl::string_view(status.message()));
  if (!record.failure.empty()) absl::StrAppend(&failure, "\n", record.failure);
  record.completed = false;
  record.failure = FailureMessage(failure);
  record.leaves.clear();
  record.groups.clear();
  record.links.clear();
  status = storage.StoreRuns(trajectory, records);
  if (!absl::IsAlreadyExists(status)) return status;
  // It is completed: its process died when it had just been stored.
  if (had_failed) return absl::OkStatus();
  record.completed = true;
  record.failure.clear();
  if (completed_before == nullptr) return status;
  completed_before->insert(record.index);
  return absl::OkStatus();
}

}  // namespace cppet
