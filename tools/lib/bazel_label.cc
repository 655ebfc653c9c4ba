#include "cppet/tools/lib/bazel_label.h"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/subprocess.h"

namespace cppet {
namespace {

constexpr char kExecutable[] =
    "--starlark:expr=target.files_to_run.executable.path "
    "if target.files_to_run.executable else ''";

std::optional<std::filesystem::path> FindWorkspace() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::current_path(error);
  if (error) return std::nullopt;
  while (true) {
    for (const char* name : {"MODULE.bazel", "WORKSPACE.bazel", "WORKSPACE"}) {
      if (std::filesystem::is_regular_file(folder / name, error)) return folder;
    }
    if (folder == folder.parent_path()) return std::nullopt;
    folder = folder.parent_path();
  }
}

// What Bazel writes to standard output.
absl::StatusOr<std::string> RunBazel(const std::string& bazel,
                                     std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), bazel);
  CPPET_ASSIGN_OR_RETURN(const SubprocessResult result,
                         RunSubprocess(arguments));
  if (result.ok()) {
    return std::string(absl::StripAsciiWhitespace(result.standard_output));
  }
  return absl::FailedPreconditionError(
      absl::StrCat(bazel, " ", arguments[1], " ", result.Describe(), ":\n",
                   absl::StripAsciiWhitespace(result.standard_error)));
}

}  // namespace

bool IsBazelLabel(absl::string_view text) {
  if (absl::StartsWith(text, "@")) return absl::StrContains(text, "//");
  return absl::StartsWith(text, "//");
}

absl::StatusOr<std::string> BuildBazelLabel(const std::string& label) {
  const std::optional<std::filesystem::path> workspace = FindWorkspace();
  if (!workspace.has_value()) {
    return absl::NotFoundError(absl::StrCat(
        label, " is a Bazel label, but there is no WORKSPACE here or above"));
  }
  const std::string wrapper = (*workspace / "bazelw").string();
  const std::string bazel =
      access(wrapper.c_str(), X_OK) == 0 ? wrapper : "bazel";
  CPPET_RETURN_IF_ERROR(RunBazel(bazel, {"build", "--", label}).status());
  CPPET_ASSIGN_OR_RETURN(const std::string path,
                         RunBazel(bazel, {"cquery", "--output=starlark",
                                          kExecutable, "--", label}));
  if (path.empty() || absl::StrContains(path, '\n')) {
    return absl::FailedPreconditionError(
        absl::StrCat(label, " is not one program"));
  }
  CPPET_ASSIGN_OR_RETURN(const std::string root,
                         RunBazel(bazel, {"info", "execution_root"}));
  return absl::StrCat(root, "/", path);
}

}  // namespace cppet
