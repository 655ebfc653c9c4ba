#ifndef CPPET_STORAGE_STORAGE_SERVICE_H_
#define CPPET_STORAGE_STORAGE_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// How much of one branch to load.
enum class LoadLevel {
  kNothing,
  kSkeleton,  // groups and leaves with their comments, but no data
  kData,
};

// How much of a trajectory to load.
struct LoadOptions {
  // config and parameters.
  LoadLevel parameters = LoadLevel::kData;
  LoadLevel derived_parameters = LoadLevel::kSkeleton;
  LoadLevel results = LoadLevel::kSkeleton;
  // Branches of the user's own.
  LoadLevel other = LoadLevel::kSkeleton;
  // Damaged data is left out and not an error. What only Python can read is
  // always left out.
  bool leave_out_damaged = false;
  // If not null: takes what is left out, one line each.
  std::vector<std::string>* warnings = nullptr;
};

// Everything with all its data.
inline LoadOptions LoadAll() {
  return {LoadLevel::kData, LoadLevel::kData, LoadLevel::kData,
          LoadLevel::kData};
}

// Keeps trajectories. All that a call stored stays stored when it returned OK;
// a call that fails leaves what was stored before as it was.
//
// A service belongs to one process at a time: Close() it before fork, then
// parent and child may both go on, but never both at once.
class StorageService {
 public:
  virtual ~StorageService() = default;

  // Stores what of `trajectory` is not stored yet: name, settings, ranges, the
  // run table (all runs as not run), config, parameters and all other nodes.
  // What is stored already stays as it is.
  //
  // Errors:
  //   kAlreadyExists: `trajectory` is new (not stored()) and there is one of
  //     its name.
  //   kAlreadyExists: there is a leaf in the place of a group, or the reverse.
  //   kInvalidArgument: a value cannot be stored; named.
  //   kFailedPrecondition: more runs are stored than `trajectory` has.
  //   others: of trajectory.status(), and of the medium, with its name.
  virtual absl::Status Store(Trajectory& trajectory) = 0;

  // Stores what runs left, in one commit: their leaves, and their rows of the
  // run table. What an earlier, not completed try of a run left in its run
  // groups (results.runs.run_X, derived_parameters.runs.run_X) is replaced.
  // `trajectory` was stored by Store, by this or another process.
  //
  // Errors, at each of which nothing of `records` is stored, but for those of
  // the medium:
  //   kNotFound: `trajectory` is not stored.
  //   kOutOfRange: there is no run of that index.
  //   kAlreadyExists: a run is completed already, or it added a leaf outside of
  //     its groups, without its name, that is there already.
  //   kInvalidArgument: a run comes twice, or a leaf cannot be stored; named.
  virtual absl::Status StoreRuns(const Trajectory& trajectory,
                                 absl::Span<const RunRecord> records) = 0;

  // The names of the trajectories, in alphabetical order.
  virtual absl::StatusOr<std::vector<std::string>> List() = 0;

  // Loads the trajectory `name`.
  //
  // Errors:
  //   kNotFound: there is none of that name; says which there are.
  //   kDataLoss: what is there is damaged; says where.
  virtual absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions& options = {}) = 0;

  // Lets go of the medium, so that another process may use it. The next call
  // takes hold of it again.
  virtual absl::Status Close() = 0;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_STORAGE_SERVICE_H_
