#include "cppet/environment/calls/execute_run.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/time_format.h"
#include "cppet/environment/calls/current_exception.h"
#include "cppet/trajectory/run.h"

namespace cppet {
namespace {

absl::StatusOr<std::string> Call(const RunFunction& function, Run& run,
                                 std::string* failure) {
  try {
    return function(run);
  } catch (...) {
    *failure = CurrentException();
  }
  return "";
}

}  // namespace

RunReport ExecuteRun(Trajectory& trajectory, int64_t index,
                     const RunFunction& function,
                     const std::string& environment_hexsha) {
  RunReport report;
  RunRecord& record = report.record;
  record.index = index;
  record.environment_hexsha = environment_hexsha;
  record.start_timestamp = UnixNow();
  Run run(trajectory, index);
  std::string failure;
  trajectory.BeginRun();
  absl::StatusOr<std::string> value = Call(function, run, &failure);
  const absl::Status unchanged = trajectory.EndRun();
  record.finish_timestamp = UnixNow();
  if (failure.empty() && !value.ok()) failure = value.status().ToString();
  if (failure.empty() && !run.status().ok()) failure = run.status().ToString();
  if (failure.empty() && !unchanged.ok()) failure = unchanged.ToString();
  record.completed = failure.empty();
  if (record.completed) {
    report.value = *std::move(value);
  } else {
    record.failure = FailureMessage(failure);
  }
  record.leaves = run.TakeLeaves();
  record.groups = run.TakeGroups();
  record.links = run.TakeLinks();
  return report;
}

}  // namespace cppet
