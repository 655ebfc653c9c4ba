#ifndef CPPET_TOOLS_LIB_MERGE_H_
#define CPPET_TOOLS_LIB_MERGE_H_

#include <ostream>
#include <string>
#include <vector>

#include "cppet/tools/lib/exit_code.h"
#include "cppet/trajectory/merge_plan.h"

namespace cppet {

// What is typed on the command line of `merge`.
struct MergeCommand {
  std::string out;
  std::vector<std::string> in;
  MergeOptions options;
};

// Merges the last trajectories of the files `in`, in order, into the last one
// of the file `out`, which is made of the first one if there is none. Says on
// `err` what was merged. After an error `out` is as it was.
ExitCode Merge(const MergeCommand& command, std::ostream& err);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_MERGE_H_
