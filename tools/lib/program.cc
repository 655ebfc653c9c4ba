#include "cppet/tools/lib/program.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace cppet {
namespace {

bool IsFile(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

absl::Status CheckProgram(const std::string& program) {
  if (absl::StrContains(program, '/')) {
    if (!IsFile(program)) {
      return absl::NotFoundError(absl::StrCat("there is no program ", program));
    }
    if (access(program.c_str(), X_OK) != 0) {
      return absl::PermissionDeniedError(
          absl::StrCat(program, " is not executable; try: chmod +x ", program));
    }
    return absl::OkStatus();
  }
  const char* path = std::getenv("PATH");
  for (const absl::string_view folder : absl::StrSplit(path ? path : "", ':')) {
    const std::string candidate =
        absl::StrCat(folder.empty() ? "." : folder, "/", program);
    if (IsFile(candidate) && access(candidate.c_str(), X_OK) == 0) {
      return absl::OkStatus();
    }
  }
  return absl::NotFoundError(absl::StrCat(
      "there is no program ", program, " on PATH",
      IsFile(program) ? absl::StrCat("; do you mean ./", program, "?") : ""));
}

}  // namespace cppet
