#ifndef CPPET_TOOLS_LIB_PLAN_H_
#define CPPET_TOOLS_LIB_PLAN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/tools/lib/command_template.h"
#include "cppet/tools/lib/spec.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Applies flags --set=NAME=VALUE to the parameters of `spec`, and flags
// --explore=NAME=VALUES, each of which takes the place of an axis of that
// parameter, or is added as the last. NAME may be a shortcut.
//
// Errors:
//   kInvalidArgument: a flag is malformed, names no parameter, or has values of
//     another type; with the flag.
absl::Status ApplyFlags(const std::vector<std::string>& sets,
                        const std::vector<std::string>& explores, Spec& spec);

// Returns the trajectory of `spec`, explored.
//
// Errors:
//   kInvalidArgument: with the place in the spec and what is wrong there.
absl::StatusOr<std::unique_ptr<Trajectory>> BuildTrajectory(const Spec& spec);

// Returns the command of `spec`, which has the parameters of `trajectory`.
// Errors as BuildTrajectory.
absl::StatusOr<CommandTemplate> BuildCommand(const Spec& spec,
                                             const Trajectory& trajectory);

// Sets what makes runs start in the order that `spec` wants.
//
// Errors:
//   kInvalidArgument: `longest_first` is not the name of a number, with its
//     place in the spec.
absl::Status OrderRuns(const Trajectory& trajectory, Spec& spec);

// Checks that `loaded` has the parameters and explores the points of `built`.
//
// Errors:
//   kFailedPrecondition: says what differs.
absl::Status CheckSamePlan(const Trajectory& built, const Trajectory& loaded);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PLAN_H_
