#ifndef CPPET_TRAJECTORY_RUN_INFO_H_
#define CPPET_TRAJECTORY_RUN_INFO_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// What a run that has not been run has in the run table. The times are pypet's,
// which tell such a run; the text is for the reader.
inline constexpr double kNotRunTimestamp = 42.0;
inline constexpr double kNotRunFinishTimestamp = 1.337;
inline constexpr char kNotRun[] = "not run yet";
inline constexpr char kNoEnvironment[] = "N/A";

// One row of the run table.
struct RunInfo {
  int64_t index = 0;
  std::string name;  // run_00000000
  double timestamp = kNotRunTimestamp;
  double finish_timestamp = kNotRunFinishTimestamp;
  std::string runtime = kNotRun;
  std::string time = kNotRun;
  bool completed = false;
  // The values of the explored parameters: "x: 1.0,   y: 6.0".
  std::string parameter_summary = kNotRun;
  std::string short_environment_hexsha = kNoEnvironment;

  // True if it was run, whether it was completed or it failed.
  bool started() const { return timestamp != kNotRunTimestamp; }
};

// A row that somebody else holds. Its texts are as they are in a file, which
// may be no UTF-8.
struct RunInfoView {
  int64_t index = 0;
  absl::string_view name;
  double timestamp = kNotRunTimestamp;
  double finish_timestamp = kNotRunFinishTimestamp;
  absl::string_view runtime = kNotRun;
  absl::string_view time = kNotRun;
  bool completed = false;
  absl::string_view parameter_summary = kNotRun;
  absl::string_view short_environment_hexsha = kNoEnvironment;

  bool started() const { return timestamp != kNotRunTimestamp; }
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_INFO_H_
