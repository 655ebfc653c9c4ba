#ifndef CPPET_ENVIRONMENT_CONTINUING_ENVIRONMENT_SNAPSHOT_H_
#define CPPET_ENVIRONMENT_CONTINUING_ENVIRONMENT_SNAPSHOT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/options.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Runs of a trajectory: index ranges without their ends, in ascending order.
using RunRanges = std::vector<std::pair<int64_t, int64_t>>;

// The completed runs of `trajectory`.
RunRanges CompletedRuns(const Trajectory& trajectory);
bool Contains(const RunRanges& runs, int64_t index);

// A registered function and its arguments, see registered_function.h.
struct FunctionSnapshot {
  std::string name;
  std::string signature;
  std::string arguments;
};

// What another process needs to continue the runs of a trajectory, beside the
// file that the trajectory is in.
struct EnvironmentSnapshot {
  // Of the trajectory.
  std::string trajectory;
  double timestamp = 0;
  int64_t length = 0;
  std::vector<std::string> explored_names;
  // The runs that were completed before there were snapshots.
  RunRanges completed_before;

  // Of the environment that began.
  std::string environment;
  std::string hexsha;

  FunctionSnapshot function;
  // Without a name if there is no post-processing.
  FunctionSnapshot postprocessing;

  // Paths are absolute. Without what is of use before the first run only
  // (`add_time`, `comment`), and `storage`.
  EnvironmentOptions options;
};

// What is known of `trajectory`; the rest is empty.
EnvironmentSnapshot SnapshotOf(const Trajectory& trajectory);

// Checks that `snapshot` is of `trajectory`.
//
// Errors:
//   kFailedPrecondition: it is not; says what differs.
absl::Status CheckBelongs(const EnvironmentSnapshot& snapshot,
                          const Trajectory& trajectory);

// As bytes, for the same program, and back.
//
// Errors of Decode:
//   kDataLoss: the bytes are no whole snapshot.
std::string EncodeEnvironmentSnapshot(const EnvironmentSnapshot& snapshot);
absl::StatusOr<EnvironmentSnapshot> DecodeEnvironmentSnapshot(
    absl::string_view bytes);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CONTINUING_ENVIRONMENT_SNAPSHOT_H_
