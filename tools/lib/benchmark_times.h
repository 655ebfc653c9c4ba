#ifndef CPPET_TOOLS_LIB_BENCHMARK_TIMES_H_
#define CPPET_TOOLS_LIB_BENCHMARK_TIMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

struct BenchmarkTime {
  // With its arguments: "BM_Store/4".
  std::string name;
  // The real time of an iteration, above 0 and finite. 0 if it failed.
  double nanoseconds = 0;
  // Why it failed; empty if it did not.
  std::string error;
};

// Returns how long each benchmark took, in the order of `json`, which is what
// Google Benchmark writes with --benchmark_out_format=json. Of a benchmark with
// several repetitions it is the median; one of them that failed is enough for
// it to have failed. Benchmarks that were skipped are left out.
//
// Errors:
//   kInvalidArgument: with line and column if it is no JSON, else with the
//     entry: it has no name, or no time, or an unknown unit. Or there is no
//     benchmark at all.
absl::StatusOr<std::vector<BenchmarkTime>> ParseBenchmarkTimes(
    absl::string_view json);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_BENCHMARK_TIMES_H_
