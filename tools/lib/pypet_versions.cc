#include "cppet/tools/lib/pypet_versions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/utf8.h"
#include "cppet/tools/lib/printable_text.h"

namespace cppet {
namespace {

// Modules may write to standard output as well; the last line is ours.
constexpr char kScript[] =
    "import sys, pypet\n"
    "print()\n"
    "print('%s/%d.%d.%d' % ((pypet.__version__,) + sys.version_info[:3]))\n";

// Longer ones do not fit into the file's columns.
constexpr size_t kMaxVersion = 64;

bool IsVersion(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxVersion &&
         absl::ascii_isdigit(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '+' || c == '-';
         });
}

absl::StatusOr<std::string> AskPython() {
  absl::StatusOr<SubprocessResult> python =
      RunSubprocess({"python3", "-c", kScript});
  CPPET_RETURN_IF_ERROR(python.status());
  if (!python->ok()) {
    return absl::NotFoundError(
        absl::StrCat("python3 cannot import pypet: ",
                     LastLines(ReplaceInvalidUtf8(python->standard_error), 1),
                     "; name the versions instead, such as 0.7.0/3.11.2"));
  }
  return LastLines(python->standard_output, 1);
}

}  // namespace

absl::StatusOr<PypetVersions> GetPypetVersions(absl::string_view text) {
  std::string versions(text);
  if (text == "auto") {
    CPPET_ASSIGN_OR_RETURN(versions, AskPython());
  }
  std::vector<std::string> parts = absl::StrSplit(versions, '/');
  if (parts.size() == 2 && IsVersion(parts[0]) && IsVersion(parts[1])) {
    return PypetVersions{std::move(parts[0]), std::move(parts[1])};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", versions, "' is neither auto nor versions such as 0.7.0/3.11.2"));
}

}  // namespace cppet
