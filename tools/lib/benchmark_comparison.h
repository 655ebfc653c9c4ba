#ifndef CPPET_TOOLS_LIB_BENCHMARK_COMPARISON_H_
#define CPPET_TOOLS_LIB_BENCHMARK_COMPARISON_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/tools/lib/benchmark_times.h"

namespace cppet {

struct BenchmarkComparisonOptions {
  // A benchmark is slower if it takes more than this many times as long as
  // before, and faster if it is the other way round. Finite and at least 1.
  double max_ratio = 1.25;
  // A POSIX extended regular expression: only benchmarks in whose names it is
  // found are compared.
  std::string filter;
};

enum class BenchmarkVerdict { kSame, kSlower, kFaster, kNew, kGone };

// "same", "slower", ...
std::string ToString(BenchmarkVerdict verdict);

struct BenchmarkComparison {
  std::string name;
  // Nanoseconds of an iteration; nullopt if there is no such benchmark, or if
  // it failed.
  std::optional<double> before;
  std::optional<double> now;
  // now / before, if it is in both.
  std::optional<double> ratio;
  BenchmarkVerdict verdict = BenchmarkVerdict::kSame;
};

// Compares the benchmarks `now` with those `before`: first, in their order,
// those that were there before, then the new ones.
//
// Errors:
//   kInvalidArgument: `options` are wrong.
//   kFailedPrecondition: a benchmark failed in `now`, or none is in both.
absl::StatusOr<std::vector<BenchmarkComparison>> CompareBenchmarkTimes(
    const std::vector<BenchmarkTime>& before,
    const std::vector<BenchmarkTime>& now,
    const BenchmarkComparisonOptions& options = {});

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_BENCHMARK_COMPARISON_H_
