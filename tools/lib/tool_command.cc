#include "cppet/tools/lib/tool_command.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/tools/lib/command_template.h"

namespace cppet {
namespace {

// What runs Bazel here: the bazelw of the workspace, if it has one.
std::string BazelCommand() {
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) return "bazel";
  const std::filesystem::path wrapper =
      std::filesystem::path(workspace) / "bazelw";
  std::error_code error;
  const std::string path = std::filesystem::proximate(wrapper, error).string();
  if (error || access(wrapper.c_str(), X_OK) != 0) return "bazel";
  return absl::StrContains(path, '/') ? path : absl::StrCat("./", path);
}

}  // namespace

std::string ToolCommand(absl::string_view name,
                        const std::vector<std::string>& arguments,
                        absl::string_view argv0) {
  std::vector<std::string> words;
  if (std::getenv("BUILD_WORKING_DIRECTORY") != nullptr) {
    const bool outside = absl::StrContains(argv0, "/external/cppet/");
    words = {BazelCommand(), "run",
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
