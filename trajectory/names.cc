#include "cppet/trajectory/names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/base/utf8.h"

namespace cppet {
namespace {

constexpr size_t kMaxNameSize = 127;
constexpr int64_t kRunsPerSet = 1000;
constexpr char kAnyRun[] = "$";

// Why `part` is no name; empty if it is one.
std::string Defect(absl::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part.front() == '_') return "begins with an underscore";
  const auto bad = std::find_if(part.begin(), part.end(), [](char c) {
    return !absl::ascii_isalnum(c) && c != '_' && c != '-';
  });
  if (bad != part.end()) {
    return "may only have letters, digits, '_' and '-'";
  }
  return "";
}

// The number of "run_7" for the prefix "run_"; kNoRun for anything else.
int64_t NumberAfter(absl::string_view prefix, absl::string_view part) {
  int64_t number;
  if (!absl::ConsumePrefix(&part, prefix) || part.empty() ||
      !std::all_of(part.begin(), part.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(part, &number)) {
    return kNoRun;
  }
  return number;
}

bool IsRunPlaceholder(absl::string_view part) {
  return part == kAnyRun || part == "crun";
}

bool IsSetPlaceholder(absl::string_view part) {
  return part == "$set" || part == "crunset";
}

// `name` with `by` in place of each part that is `part`.
std::string ReplaceParts(absl::string_view name, absl::string_view part,
                         absl::string_view by) {
  std::string replaced;
  replaced.reserve(name.size() + by.size());
  size_t done = 0;
  for (size_t at = name.find(part); at != absl::string_view::npos;
       at = name.find(part, at + 1)) {
    const size_t end = at + part.size();
    const bool is_whole = (at == 0 || name[at - 1] == '.') &&
                          (end == name.size() || name[end] == '.');
    if (!is_whole) continue;
    absl::StrAppend(&replaced, name.substr(done, at - done), by);
    done = end;
  }
  absl::StrAppend(&replaced, name.substr(done));
  return replaced;
}

}  // namespace

std::string RunName(int64_t index) {
  if (index == kNoRun) return "run_ALL";
  constexpr size_t kDigits = 8;
  std::string name = "run_00000000";
  const absl::AlphaNum number(index);
  if (index < 0 || number.size() > kDigits) return absl::StrCat("run_", index);
  std::copy_n(number.data(), number.size(),
              name.begin() + (name.size() - number.size()));
  return name;
}

std::string RunSetName(int64_t index) {
  return index == kNoRun ? "run_set_ALL"
                         : absl::StrFormat("run_set_%05d", index / kRunsPerSet);
}

int64_t RunIndex(absl::string_view name) {
  constexpr size_t kShortest = 12;  // "run_00000000"
  return name.size() < kShortest ? kNoRun : NumberAfter("run_", name);
}

bool IsDataName(absl::string_view name) {
  const bool reserved = name.size() >= 3 && name[0] == '_' && name[2] == '_' &&
                        absl::StrContains("vfgcip", name.substr(1, 1));
  return !name.empty() && name != "." && !reserved && IsValidUtf8(name) &&
         name.find_first_of(absl::string_view("/\0", 2)) ==
             absl::string_view::npos;
}

absl::string_view FirstPart(absl::string_view full_name) {
  return full_name.substr(0, full_name.find('.'));
}

absl::string_view ParentPart(absl::string_view full_name) {
  const size_t dot = full_name.rfind('.');
  return dot == absl::string_view::npos ? "" : full_name.substr(0, dot);
}

absl::string_view LastPart(absl::string_view full_name) {
  return full_name.substr(full_name.rfind('.') + 1);
}

std::string JoinName(absl::string_view parent, absl::string_view name) {
  return absl::StrCat(parent, parent.empty() ? "" : ".", name);
}

bool IsBranch(absl::string_view name) {
  return name == "config" || name == "parameters" ||
         name == "derived_parameters" || name == "results";
}

std::string ResolveAlias(absl::string_view part) {
  if (part == "par") return "parameters";
  if (part == "dpar") return "derived_parameters";
  if (part == "res") return "results";
  if (part == "conf") return "config";
  if (part == "run_A" || part == "r_A") return RunName(kNoRun);
  if (part == "rts_A" || part == "runtoset_A") return RunSetName(kNoRun);
  for (const absl::string_view prefix : {"run_", "r_"}) {
    const int64_t index = NumberAfter(prefix, part);
    if (index != kNoRun) return RunName(index);
  }
  for (const absl::string_view prefix : {"runtoset_", "rts_"}) {
    const int64_t index = NumberAfter(prefix, part);
    if (index != kNoRun) return RunSetName(index);
  }
  return std::string(part);
}

absl::Status CheckNodeName(absl::string_view full_name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(full_name, '.');
  for (const absl::string_view part : parts) {
    const std::string defect = Defect(part);
    if (!defect.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the name '", full_name, "' ",
                       part.empty() || parts.size() == 1
                           ? ""
                           : absl::StrCat("is not possible: '", part, "' "),
                       defect));
    }
  }
  if (parts.back().size() > kMaxNameSize) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the last part of the name '", full_name, "' has ", parts.back().size(),
        " bytes; ", kMaxNameSize, " are the most"));
  }
  if (parts.front() == "overview") {
    return absl::InvalidArgumentError(
        "the name 'overview' is taken below the root: the run table and its "
        "like live there");
  }
  return absl::OkStatus();
}

absl::Status CheckTrajectoryName(absl::string_view name) {
  const std::string defect = Defect(name);
  if (!defect.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the trajectory name '", name, "' ",
                     name.empty() ? "is empty" : defect));
  }
  return absl::OkStatus();
}

bool HasPlaceholder(absl::string_view name) {
  if (!absl::StrContains(name, '$') && !absl::StrContains(name, "crun")) {
    return false;
  }
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    if (IsRunPlaceholder(part) || IsSetPlaceholder(part)) return true;
  }
  return false;
}

std::string ExpandPlaceholders(absl::string_view name, int64_t index) {
  if (!HasPlaceholder(name)) return std::string(name);
  std::vector<std::string> parts = absl::StrSplit(name, '.');
  for (std::string& part : parts) {
    if (IsRunPlaceholder(part)) part = RunName(index);
    if (IsSetPlaceholder(part)) part = RunSetName(index);
  }
  return absl::StrJoin(parts, ".");
}

std::string NameForAnyRun(absl::string_view full_name, int64_t index) {
  return ReplaceParts(full_name, RunName(index), kAnyRun);
}

std::string NameInRun(absl::string_view name, int64_t index) {
  return ReplaceParts(name, kAnyRun, RunName(index));
}

std::string FullName(absl::string_view branch, absl::string_view name,
                     int64_t index) {
  bool placed = HasPlaceholder(name);
  std::string expanded = ExpandPlaceholders(name, index);
  if (absl::StrContains(expanded, "run_")) {
    std::vector<std::string> parts = absl::StrSplit(expanded, '.');
    for (std::string& part : parts) {
      const int64_t number = NumberAfter("run_", part);
      if (number != kNoRun) part = RunName(number);
      placed = placed || part == RunName(kNoRun) || part == RunName(index);
    }
    expanded = absl::StrJoin(parts, ".");
  }
  if (IsBranch(FirstPart(expanded))) return expanded;
  if (index == kNoRun || placed) return absl::StrCat(branch, ".", expanded);
  return absl::StrCat(branch, ".runs.", RunName(index), ".", expanded);
}

}  // namespace cppet
