#include "cppet/tools/lib/benchmark_comparison.h"

#include <regex.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

absl::StatusOr<std::vector<BenchmarkTime>> Filtered(
    const std::vector<BenchmarkTime>& times, const std::string& filter) {
  if (filter.empty()) return times;
  regex_t regex;
  if (const int error =
          regcomp(&regex, filter.c_str(), REG_EXTENDED | REG_NOSUB);
      error != 0) {
    char message[256];
    regerror(error, &regex, message, sizeof(message));
    return absl::InvalidArgumentError(
        absl::StrCat("the filter ", filter, ": ", message));
  }
  const auto free_regex = absl::MakeCleanup([&regex] { regfree(&regex); });
  std::vector<BenchmarkTime> kept;
  for (const BenchmarkTime& time : times) {
    if (regexec(&regex, time.name.c_str(), 0, nullptr, 0) == 0) {
      kept.push_back(time);
    }
  }
  return kept;
}

absl::Status CheckNoneFailed(const std::vector<BenchmarkTime>& times) {
  const auto failed = [](const BenchmarkTime& time) {
    return !time.error.empty();
  };
  const auto first = std::find_if(times.begin(), times.end(), failed);
  if (first == times.end()) return absl::OkStatus();
  const size_t others = std::count_if(first + 1, times.end(), failed);
  return absl::FailedPreconditionError(absl::StrCat(
      first->name, " failed: ", first->error,
      others == 0 ? "" : absl::StrCat("; so did ", others, " more")));
}

BenchmarkComparison Compare(const std::string& name, double before, double now,
                            double max_ratio) {
  BenchmarkComparison row{name, before, now, now / before};
  if (*row.ratio > max_ratio) {
    row.verdict = BenchmarkVerdict::kSlower;
  } else if (*row.ratio < 1 / max_ratio) {
    row.verdict = BenchmarkVerdict::kFaster;
  }
  return row;
}

}  // namespace

std::string ToString(BenchmarkVerdict verdict) {
  switch (verdict) {
    case BenchmarkVerdict::kSame:
      return "same";
    case BenchmarkVerdict::kSlower:
      return "slower";
    case BenchmarkVerdict::kFaster:
      return "faster";
    case BenchmarkVerdict::kNew:
      return "new";
    case BenchmarkVerdict::kGone:
      return "gone";
  }
  return "unknown";
}

absl::StatusOr<std::vector<BenchmarkComparison>> CompareBenchmarkTimes(
    const std::vector<BenchmarkTime>& before,
    const std::vector<BenchmarkTime>& now,
    const BenchmarkComparisonOptions& options) {
  if (!(options.max_ratio >= 1) || std::isinf(options.max_ratio)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the largest ratio ", options.max_ratio, " is no number from 1 on"));
  }
  CPPET_ASSIGN_OR_RETURN(const std::vector<BenchmarkTime> old_times,
                         Filtered(before, options.filter));
  CPPET_ASSIGN_OR_RETURN(const std::vector<BenchmarkTime> new_times,
                         Filtered(now, options.filter));
  CPPET_RETURN_IF_ERROR(CheckNoneFailed(new_times));

  std::map<std::string, double> added;  // what is not compared yet
  for (const BenchmarkTime& time : new_times) {
    added[time.name] = time.nanoseconds;
  }
  std::vector<BenchmarkComparison> rows;
  bool any_in_both = false;
  for (const BenchmarkTime& time : old_times) {
    if (!time.error.empty()) continue;
    const auto found = added.find(time.name);
    if (found == added.end()) {
      rows.push_back({time.name, time.nanoseconds, std::nullopt, std::nullopt,
                      BenchmarkVerdict::kGone});
      continue;
    }
    any_in_both = true;
    rows.push_back(
        Compare(time.name, time.nanoseconds, found->second, options.max_ratio));
    added.erase(found);
  }
  if (!any_in_both) {
    return absl::FailedPreconditionError(
        absl::StrCat("no benchmark ",
                     options.filter.empty()
                         ? ""
                         : absl::StrCat("that fits ", options.filter, " "),
                     "has a time in both files"));
  }
  for (const BenchmarkTime& time : new_times) {
    if (added.count(time.name) == 0) continue;
    rows.push_back({time.name, std::nullopt, time.nanoseconds, std::nullopt,
                    BenchmarkVerdict::kNew});
  }
  return rows;
}

}  // namespace cppet
