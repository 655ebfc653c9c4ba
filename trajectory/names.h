#ifndef CPPET_TRAJECTORY_NAMES_H_
#define CPPET_TRAJECTORY_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cppet {

// The index that stands for "no run in particular"; its name is run_ALL.
inline constexpr int64_t kNoRun = -1;

// "run_00000042", and "run_ALL" for kNoRun.
std::string RunName(int64_t index);
// "run_set_00000" of the thousand runs that `index` belongs to.
std::string RunSetName(int64_t index);
// The index in "run_00000042"; kNoRun for anything else.
int64_t RunIndex(absl::string_view name);

// Checks a full name: parts of letters, digits, '_' and '-', separated by
// dots; no part empty or beginning with '_'; the last one of at most 127
// bytes; not "overview" directly below the root.
//
// Errors:
//   kInvalidArgument: says which part breaks which rule.
absl::Status CheckNodeName(absl::string_view full_name);

// The same for the name of a trajectory, which has no dots.
absl::Status CheckTrajectoryName(absl::string_view name);

// Whether a file can have a column, a field of a dict or a part of the name of
// an item called `name`. PyTables keeps the beginnings _v_, _f_, _g_, _c_, _i_
// and _p_ for itself.
bool IsDataName(absl::string_view name);

// "parameters" of "parameters.a.x": the branch.
absl::string_view FirstPart(absl::string_view full_name);
// "parameters.a" of "parameters.a.x"; empty if there is one part only.
absl::string_view ParentPart(absl::string_view full_name);
// "x" of "parameters.a.x".
absl::string_view LastPart(absl::string_view full_name);
// "parameters.a.x" of "parameters.a" and "x"; the parent may be empty.
std::string JoinName(absl::string_view parent, absl::string_view name);

// True for config, parameters, derived_parameters and results.
bool IsBranch(absl::string_view name);

// What a part of a name may stand for: "par" -> "parameters", "r_7" and
// "run_7" -> "run_00000007", "rts_7" -> "run_set_00000", "run_A" -> "run_ALL".
// Anything else stands for itself.
std::string ResolveAlias(absl::string_view part);

// The full name of what is added as `name` to `branch` ("results",
// "derived_parameters", ...) in run `index` or outside of runs (kNoRun):
//
//   in run 0: z -> results.runs.run_00000000.z,
//             results.z -> results.z, sub.$.z -> results.sub.run_00000000.z
//   outside:  z -> results.z, $.z -> results.run_ALL.z
//
// A name that says itself which run it belongs to gets no run before it; run_7
// in it becomes run_00000007.
std::string FullName(absl::string_view branch, absl::string_view name,
                     int64_t index);

// True if a part of `name` is $, crun, $set or crunset.
bool HasPlaceholder(absl::string_view name);

// `name` with the placeholders $ and crun replaced by RunName(index), $set and
// crunset by RunSetName(index).
std::string ExpandPlaceholders(absl::string_view name, int64_t index);

// A full name for whichever run: with $ for each part that is RunName(index),
// and back. Nothing else is replaced.
std::string NameForAnyRun(absl::string_view full_name, int64_t index);
std::string NameInRun(absl::string_view name, int64_t index);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_NAMES_H_
