#ifndef CPPET_TOOLS_LIB_EXPLORE_SUMMARY_H_
#define CPPET_TOOLS_LIB_EXPLORE_SUMMARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_results.h"

namespace cppet {

// Says for a human what became of the runs of an environment.
class ExploreSummary {
 public:
  // Before the runs.
  explicit ExploreSummary(const Environment& environment);

  // Whether any run was completed since then.
  bool HasRun() const;

  // After them: how many were completed and failed, the first failures with
  // their reasons, results that were left out since they are null, the file,
  // and what to type next. `results` has the names of those that were null;
  // `command_line` is the tool with its arguments.
  std::string Text(const RunResults<std::string>& results,
                   const std::vector<std::string>& command_line) const;

 private:
  const Environment& environment_;
  const absl::Time start_;
  int64_t completed_before_ = 0;
};

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_EXPLORE_SUMMARY_H_
