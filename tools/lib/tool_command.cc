#include "cppet/tools/lib/tool_command.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/tools/lib/command_template.h"

namespace cppet {

std::string ToolCommand(absl::string_view name,
                        const std::vector<std::string>& arguments,
                        absl::string_view argv0) {
  std::vector<std::string> words;
  if (std::getenv("BUILD_WORKING_DIRECTORY") != nullptr) {
    const bool outside = absl::StrContains(argv0, "/external/cppet/");
    words = {access("bazelw", X_OK) == 0 ? "./bazelw" : "bazel", "run",
             absl::StrCat(outside ? "@cppet" : "", "//tools:", name), "--"};
  } else {
    const size_t slash = argv0.rfind('/');
    words = {absl::StrCat(
        slash == absl::string_view::npos ? "" : argv0.substr(0, slash + 1),
        name)};
  }
  words.insert(words.end(), arguments.begin(), arguments.end());
  return ShellLine(words);
}

}  // namespace cppet
