#include "cppet/tools/lib/explore_summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cppet/tools/lib/tool_command.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

constexpr size_t kMaxFailures = 5;

// The code before a message says nothing that the message does not.
absl::string_view WithoutCode(absl::string_view message) {
  for (const absl::string_view code :
       {"ABORTED: ", "DEADLINE_EXCEEDED: ", "INVALID_ARGUMENT: ", "NOT_FOUND: ",
        "ALREADY_EXISTS: "}) {
    if (absl::ConsumePrefix(&message, code)) break;
  }
  return message;
}

int64_t CountCompleted(const Trajectory& trajectory) {
  int64_t count = 0;
  for (int64_t i = 0; i < trajectory.length(); ++i) {
    count += trajectory.completed(i);
  }
  return count;
}

std::string Runs(int64_t count) {
  return absl::StrCat(count, count == 1 ? " run" : " runs");
}

std::string FailuresText(const std::vector<RunFailure>& failures) {
  std::string text;
  for (size_t i = 0; i < std::min(failures.size(), kMaxFailures); ++i) {
    const absl::string_view message =
        absl::StripSuffix(WithoutCode(failures[i].message), "\n");
    absl::StrAppend(&text, "  ", RunName(failures[i].index), ": ",
                    absl::StrReplaceAll(message, {{"\n", "\n    "}}), "\n");
  }
  if (failures.size() > kMaxFailures) {
    absl::StrAppend(&text, "  ... ", failures.size() - kMaxFailures, " more\n");
  }
  return text;
}

std::string NullsText(const RunResults<std::string>& results) {
  int64_t count = 0;
  int64_t first = 0;
  std::string names;
  for (const auto& [index, nulls] : results) {
    if (nulls.empty()) continue;
    if (count++ > 0 && index > first) continue;
    first = index;
    names = nulls;
  }
  if (count == 0) return "";
  return absl::StrCat("warning: null is no result and was left out in ",
                      Runs(count), ", first in ", RunName(first), ": ", names,
                      "\n");
}

}  // namespace

ExploreSummary::ExploreSummary(const Environment& environment)
    : environment_(environment),
      start_(absl::Now()),
      completed_before_(CountCompleted(environment.trajectory())) {}

bool ExploreSummary::HasRun() const {
  return CountCompleted(environment_.trajectory()) > completed_before_;
}

std::string ExploreSummary::Text(
    const RunResults<std::string>& results,
    const std::vector<std::string>& command_line) const {
  const Trajectory& trajectory = environment_.trajectory();
  const int64_t completed = CountCompleted(trajectory);
  const int64_t failed = static_cast<int64_t>(results.failures().size());
  const int64_t missing = trajectory.length() - completed - failed;
  std::string text = absl::StrCat(
      results.interrupted() ? "interrupted; " : "",
      results.too_many_failures() ? "stopped as max_failures says; " : "",
      trajectory.name(), ": ", Runs(completed - completed_before_),
      " completed");
  if (completed_before_ > 0) {
    absl::StrAppend(&text, ", ", completed_before_, " before");
  }
  if (failed > 0) absl::StrAppend(&text, ", ", failed, " failed");
  if (missing > 0) absl::StrAppend(&text, ", ", missing, " not run");
  absl::StrAppendFormat(&text, ", in %.1f s\n",
                        absl::ToDoubleSeconds(absl::Now() - start_));
  absl::StrAppend(&text, FailuresText(results.failures()), NullsText(results));

  const std::string argv0 = command_line.empty() ? "explore" : command_line[0];
  const std::string file(absl::StripPrefix(environment_.filename(), "./"));
  absl::StrAppend(&text, "stored in ", file, "; look at it with\n  ",
                  ToolCommand("inspect", {file}, argv0), "\n");
  if (failed + missing > 0 && !command_line.empty()) {
    std::vector<std::string> arguments(command_line.begin() + 1,
                                       command_line.end());
    if (std::find(arguments.begin(), arguments.end(), "--continue") ==
        arguments.end()) {
      arguments.push_back("--continue");
    }
    absl::StrAppend(&text, "and run what is missing with\n  ",
                    ToolCommand("explore", arguments, argv0), "\n");
  }
  return text;
}

}  // namespace cppet
