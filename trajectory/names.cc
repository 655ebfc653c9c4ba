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

namespace cppet {
namespace {

constexpr size_t kMaxNameSize = 127;
constexpr int64_t kRunsPerSet = 1000;

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

bool IsBranch(absl::string_view part) {
  return part == "config" || part == "parameters" ||
         part == "derived_parameters" || part == "results";
}

}  // namespace

std::string RunName(int64_t index) {
  return index == kNoRun ? "run_ALL" : absl::StrFormat("run_%08d", index);
}

std::string RunSetName(int64_t index) {
  return index == kNoRun ? "run_set_ALL"
                         : absl::StrFormat("run_set_%05d", index / kRunsPerSet);
}

int64_t RunIndex(absl::string_view name) {
  int64_t index;
  if (!absl::ConsumePrefix(&name, "run_") || name.size() < 8 ||
      !std::all_of(name.begin(), name.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(name, &index)) {
    return kNoRun;
  }
  return index;
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

std::string ExpandPlaceholders(absl::string_view name, int64_t index) {
  std::vector<std::string> parts = absl::StrSplit(name, '.');
  for (std::string& part : parts) {
    if (part == "$" || part == "crun") part = RunName(index);
    if (part == "$set" || part == "crunset") part = RunSetName(index);
  }
  return absl::StrJoin(parts, ".");
}

std::string FullName(absl::string_view branch, absl::string_view name,
                     int64_t index) {
  const std::string expanded = ExpandPlaceholders(name, index);
  const absl::string_view first =
      absl::string_view(expanded).substr(0, expanded.find('.'));
  if (IsBranch(first)) return expanded;
  // A name that says itself which run (or all) it belongs to stands as it is.
  const bool placed = expanded != name || first == "run_ALL" ||
                      (index != kNoRun && first == RunName(index));
  if (index == kNoRun || placed) return absl::StrCat(branch, ".", expanded);
  return absl::StrCat(branch, ".runs.", RunName(index), ".", expanded);
}

}  // namespace cppet
