#ifndef CPPET_TOOLS_COMMAND_LINE_H_
#define CPPET_TOOLS_COMMAND_LINE_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cppet {

// What is on the command line of a tool besides its gflags.
struct CommandLine {
  // The arguments that are no flags.
  std::vector<std::string> arguments;
  // The values of the flags that may come several times, by the flag.
  std::map<std::string, std::vector<std::string>> repeated;
};

struct ToolOptions {
  // What --help prints.
  std::string help;
  // Flags that may come several times. They are none of gflags.
  std::vector<std::string> repeated;
  // The fewest and the most arguments.
  size_t min_arguments = 1;
  size_t max_arguments = 1;
};

// Begins a tool: sets its gflags, starts logging, and goes to the folder from
// which Bazel ran it. Ends the program after --help and --version, and with a
// message and exit code 1 for flags or arguments that there are not.
CommandLine InitTool(int argc, char** argv, const ToolOptions& options);

}  // namespace cppet

#endif  // CPPET_TOOLS_COMMAND_LINE_H_
