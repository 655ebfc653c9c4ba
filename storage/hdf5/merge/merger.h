#ifndef CPPET_STORAGE_HDF5_MERGE_MERGER_H_
#define CPPET_STORAGE_HDF5_MERGE_MERGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cppet/storage/durability.h"
#include "cppet/trajectory/merge_plan.h"

namespace cppet {

// A trajectory by its file and its name there.
struct StoredTrajectory {
  std::string file;
  std::string name;
};

struct MergeFilesOptions {
  MergeOptions merge;
  // First copy the whole file to backup_NAME.hdf5 beside it, NAME being that of
  // the trajectory. An older backup is replaced.
  bool backup = false;
  // What the file survives.
  Durability durability = Durability::kPower;
  // How long to wait for another process that has a file open.
  absl::Duration lock_timeout = absl::Seconds(30);
};

// What became of one merge.
struct MergeReport {
  int64_t length = 0;      // runs of the trajectory now
  int64_t taken = 0;       // runs of the other that are in it
  int64_t duplicates = 0;  // runs of the other that were left out
  int64_t leaves = 0;      // results and derived parameters that were copied
  // What of the other could not be taken over, one line each.
  std::vector<std::string> warnings;
};

// Merges `others`, one after the other, into the trajectory `into`, which gets
// their runs as further ones, with all that they left. They may be in any
// files, also that of `into`, and stay as they are.
//
//   MergeTrajectories({"all.hdf5", "sweep"}, {{"more.hdf5", "sweep"}});
//
// Data is copied as it is in the file, whether it can be read here or not, and
// is never moved, so pypet's move_data, delete_other_trajectory and slow_merge
// have no meaning here; consecutive_merge is to give several `others`. All is
// one commit: after an error or a crash, the file is as it was. The report has
// an entry for each of `others`.
//
// A storage service that has the file open has to be closed before, and a
// trajectory that was loaded from it is to be loaded again.
//
// Errors, with the name of the file:
//   those of PlanMerge.
//   kInvalidArgument: a trajectory is to be merged into itself, or a value of
//     an explored parameter cannot be stored.
//   kNotFound: there is no such file, or no such trajectory in it.
//   kDataLoss: a file is damaged.
//   kUnavailable: another process has a file open, still after the time-out.
//   kPermissionDenied, kResourceExhausted, ...: as the system says.
absl::StatusOr<std::vector<MergeReport>> MergeTrajectories(
    const StoredTrajectory& into, absl::Span<const StoredTrajectory> others,
    const MergeFilesOptions& options = {});

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_MERGE_MERGER_H_
