#ifndef CPPET_TOOLS_LIB_EXPLORE_H_
#define CPPET_TOOLS_LIB_EXPLORE_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cppet/tools/lib/exit_code.h"

namespace cppet {

// What is typed on the command line of `explore`; empty where it is not.
struct ExploreOptions {
  std::string spec;  // the file
  std::string out;
  std::string jobs;
  std::optional<bool> pool;
  std::string wrap_mode;
  std::string progress;
  std::string git_repository;
  std::string git_message;
  std::string git_mode;
  std::string sumatra_project;
  std::string sumatra_reason;
  std::string sumatra_label;
  std::vector<std::string> sets;
  std::vector<std::string> explores;
  // Versions for pypet, see pypet_versions.h.
  std::string pypet;
  // Only print what would be run.
  bool dry_run = false;
  // Go on with the trajectory in the file.
  bool continue_runs = false;
  // No summary.
  bool quiet = false;
  // The tool and all its arguments, for the commands to type next.
  std::vector<std::string> command_line;
};

// Sweeps what the spec says and stores what comes of it. Data, which only a dry
// run has, goes to `out`, messages to `err`.
ExitCode Explore(const ExploreOptions& options, std::ostream& out,
                 std::ostream& err);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_EXPLORE_H_
