#ifndef CPPET_ENVIRONMENT_CONTINUING_SWEEP_SNAPSHOTS_H_
#define CPPET_ENVIRONMENT_CONTINUING_SWEEP_SNAPSHOTS_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/environment/calls/registered_function.h"
#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/environment/continuing/environment_snapshot.h"
#include "cppet/environment/continuing/snapshot_folder.h"
#include "cppet/environment/options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// What is to be run, and who runs it.
struct SnapshotRequest {
  const EnvironmentOptions* options = nullptr;  // that are to come back
  std::string filename;
  std::string environment;
  std::string hexsha;
  RegisteredCall<RunFunction> call;
  // Without a function if there is none.
  RegisteredCall<PostprocessingFunction> postprocessing;
  // There must be snapshots to continue.
  bool must_continue = false;
};

// The snapshots of one sweep. The order of things is
//
//   1. Prepare reads what is there and writes nothing,
//   2. Begin writes environment.ecnt,
//   3. the trajectory is stored,
//   4. for each run: Save writes its .rcnt, and then the run is stored,
//   5. Remove, once all is stored.
//
// A crash before 3 leaves an environment.ecnt whose trajectory is in no file
// and which has no results beside it: a new sweep replaces it. After 3 there is
// all that is needed to continue. A run that is completed in the file has its
// .rcnt; one of a run that is not is replaced when that is run again.
class SweepSnapshots {
 public:
  // For `trajectory`, which is new or was loaded from `storage`; in the latter
  // case it gets the run table anew, as a process that was killed may have
  // stored runs until now, and `take_value` gets what the completed runs
  // returned, as far as there were snapshots.
  //
  // Errors, at which nothing was written:
  //   kAlreadyExists: the trajectory is new, but there are snapshots.
  //   kFailedPrecondition: the snapshots do not belong to the trajectory or
  //     are of another run function.
  //   kDataLoss, kUnimplemented: a snapshot that is needed is missing, damaged
  //     or of a newer version.
  //   kNotFound: there is none, but `must_continue`.
  //   kUnavailable: another process is at the runs.
  static absl::StatusOr<std::unique_ptr<SweepSnapshots>> Prepare(
      SnapshotRequest request, Trajectory& trajectory, StorageService& storage,
      const TakeValue& take_value);

  // Whether there were snapshots of an earlier environment.
  bool continued() const { return continued_; }

  // Errors: of WriteSnapshotFile.
  absl::Status Begin();
  // In the process of a run that is completed but not stored yet. Errors as
  // Begin.
  absl::Status Save(const RunReport& report) const;
  // Errors: of SnapshotFolder.
  absl::Status Remove();
  // When storing the trajectory failed: removes what Begin wrote if the
  // trajectory is new and did not get into the file.
  void RemoveUnlessStored();

 private:
  SweepSnapshots(SnapshotRequest request, Trajectory& trajectory)
      : request_(std::move(request)), trajectory_(trajectory) {}

  // Whether all that is there is an environment.ecnt of a process that ended
  // before it stored anything.
  bool IsLeftOver() const;
  absl::Status PrepareNew();
  absl::Status PrepareStored(StorageService& storage,
                             const TakeValue& take_value);
  absl::Status RefreshRunTable(StorageService& storage);
  absl::Status CheckSameFunction(const EnvironmentSnapshot& snapshot) const;
  absl::Status TakeValues(const TakeValue& take_value) const;
  SnapshotFolderOptions FolderOptions() const;

  const SnapshotRequest request_;
  Trajectory& trajectory_;
  std::unique_ptr<SnapshotFolder> folder_;  // null until there is one
  // What Begin writes.
  EnvironmentSnapshot snapshot_;
  bool continued_ = false;
};

// How much of a trajectory is loaded to continue it.
LoadOptions LoadToContinue();

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CONTINUING_SWEEP_SNAPSHOTS_H_
