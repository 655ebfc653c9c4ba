#ifndef CPPET_TOOLS_LIB_TOOL_COMMAND_H_
#define CPPET_TOOLS_LIB_TOOL_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cppet {

// Returns the line that runs the tool `name` ("inspect") with `arguments` when
// it is typed where this program was started, which is the tool `argv0`: by
// Bazel if Bazel has run it, else the program beside it.
//
//   ToolCommand("inspect", {"a b.hdf5"}, argv[0])
//   // ./bazelw run //tools:inspect -- 'a b.hdf5'
std::string ToolCommand(absl::string_view name,
                        const std::vector<std::string>& arguments,
                        absl::string_view argv0);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_TOOL_COMMAND_H_
