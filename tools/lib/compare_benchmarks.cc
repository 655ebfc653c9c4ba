#include "cppet/tools/lib/compare_benchmarks.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/tools/lib/benchmark_times.h"
#include "cppet/tools/lib/printable_text.h"

namespace cppet {
namespace {

// Some 30 000 runs. Reading takes several times as much memory.
constexpr size_t kMaxFileBytes = 16 << 20;
constexpr size_t kMaxNameLength = 1000;
constexpr size_t kMaxErrorLength = 1000;

struct Unit {
  absl::string_view name;
  double nanoseconds;
};
constexpr Unit kUnits[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};

// The largest unit of which `nanoseconds` are at least one.
Unit UnitFor(double nanoseconds) {
  for (const Unit& unit : kUnits) {
    if (nanoseconds >= unit.nanoseconds) return unit;
  }
  return kUnits[3];
}

std::string TimeText(std::optional<double> nanoseconds, const Unit& unit) {
  if (!nanoseconds.has_value()) return "-";
  return absl::StrFormat("%.4g %s", *nanoseconds / unit.nanoseconds, unit.name);
}

void Print(const BenchmarkComparison& row, std::ostream& out) {
  // Both times in one unit, to be compared at a glance.
  const Unit unit =
      UnitFor(std::max(row.before.value_or(0), row.now.value_or(0)));
  out << OneLine(row.name, kMaxNameLength) << "\t" << TimeText(row.before, unit)
      << "\t" << TimeText(row.now, unit) << "\t"
      << (row.ratio.has_value() ? absl::StrFormat("%.3f", *row.ratio) : "-")
      << "\t" << ToString(row.verdict) << "\n";
}

absl::StatusOr<std::vector<BenchmarkTime>> ReadTimes(const std::string& path) {
  CPPET_ASSIGN_OR_RETURN(const std::string json,
                         ReadFile(path, {.max_bytes = kMaxFileBytes}));
  absl::StatusOr<std::vector<BenchmarkTime>> times = ParseBenchmarkTimes(json);
  if (!times.ok()) return WithPrefix(path, times.status());
  return times;
}

absl::StatusOr<ExitCode> Run(const CompareBenchmarksCommand& command,
                             std::ostream& out, std::ostream& err) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<BenchmarkTime> before,
                         ReadTimes(command.base));
  CPPET_ASSIGN_OR_RETURN(const std::vector<BenchmarkTime> now,
                         ReadTimes(command.now));
  const absl::StatusOr<std::vector<BenchmarkComparison>> rows =
      CompareBenchmarkTimes(before, now, command.options);
  if (absl::IsFailedPrecondition(rows.status())) {
    return WithPrefix(absl::StrCat(command.now, " against ", command.base),
                      rows.status());
  }
  if (!rows.ok()) return rows.status();
  out << "benchmark\tbefore\tnow\tratio\tverdict\n";
  size_t compared = 0;
  size_t slower = 0;
  for (const BenchmarkComparison& row : *rows) {
    Print(row, out);
    if (row.ratio.has_value()) ++compared;
    if (row.verdict == BenchmarkVerdict::kSlower) ++slower;
  }
  if (!out.flush()) return absl::UnavailableError("cannot write the table");
  err << "compare_benchmarks: " << slower << " of " << compared
      << " slower by more than a factor of " << command.options.max_ratio
      << "\n";
  return slower == 0 ? kExitSuccess : kExitSlower;
}

}  // namespace

ExitCode CompareBenchmarks(const CompareBenchmarksCommand& command,
                           std::ostream& out, std::ostream& err) {
  const absl::StatusOr<ExitCode> code = Run(command, out, err);
  if (code.ok()) return *code;
  err << "compare_benchmarks: "
      << OneLine(code.status().message(), kMaxErrorLength) << "\n";
  return kExitError;
}

}  // namespace cppet
