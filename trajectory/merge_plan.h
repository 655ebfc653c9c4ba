#ifndef CPPET_TRAJECTORY_MERGE_PLAN_H_
#define CPPET_TRAJECTORY_MERGE_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// How one trajectory takes in another.
struct MergeOptions {
  // A parameter, by natural naming, that counts trials: 0, 1, ... in each
  // trajectory. The trials of the other are counted on from ours.
  std::string trial_parameter;
  // Leave out runs of the other at points that we have. With a trial parameter
  // there are none.
  bool remove_duplicates = false;
  // Full names of parameters, results and groups of the other that are left
  // out, with all below them.
  std::vector<std::string> ignore;
  // Note the merge below config.merge, also what the other one was.
  bool keep_info = true;
  bool keep_other_trajectory_info = true;
  // Take over config.git, config.environment and config.merge of the other.
  bool merge_config = true;
};

// A parameter that is explored after a merge, and was, or was not, before.
struct MergedParameter {
  std::string full_name;
  // Our values, then those of the runs that are taken.
  Range range;
};

// What a merge makes of two trajectories.
struct MergePlan {
  // First those that were explored before, then the others by name.
  std::vector<MergedParameter> parameters;
  // The index that each run of the other gets; kNoRun if it is left out.
  std::vector<int64_t> new_indexes;
  // How many are not.
  int64_t taken = 0;
  // The full name; empty if there is none.
  std::string trial_parameter;
  // Parameters without a loaded value in both, which are taken for equal.
  std::vector<std::string> not_compared;

  // What the other calls `full_name`, with the runs and sets of runs in it
  // called as they are after the merge; empty if that run is left out.
  std::string NewName(absl::string_view full_name) const;
};

// Plans how `into` takes in the runs of `other`. The parameters of both, also
// derived ones outside of runs, are loaded. Each that is explored in one of
// them, or has different values, is explored afterwards, with one value in all
// runs where it was not. Values are equal if type and content are.
//
// Errors:
//   kInvalidArgument: a parameter, which is named, is only in one of them and
//     not ignored, has values of different types, or is explored in `into` and
//     ignored; or the trial parameter does not have just the integers from 0
//     on.
//   kNotFound, kFailedPrecondition: of the trial parameter, as Tree::Find.
//   kFailedPrecondition: the values of a parameter are not loaded.
//   kAlreadyExists: `into` has the points of all runs of `other` already.
//   kResourceExhausted: more runs than a trajectory may have.
absl::StatusOr<MergePlan> PlanMerge(const Trajectory& into,
                                    const Trajectory& other,
                                    const MergeOptions& options = {});

// Gives `into` the ranges and rows of runs of a plan for it; its results stay.
void ApplyMerge(const MergePlan& plan, const Trajectory& other,
                Trajectory* into);

// True if `full_name` is that of one run, set of runs, or run_ALL.
bool IsOfRuns(absl::string_view full_name);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_MERGE_PLAN_H_
