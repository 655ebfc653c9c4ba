#ifndef CPPET_TOOLS_LIB_COMPARE_BENCHMARKS_H_
#define CPPET_TOOLS_LIB_COMPARE_BENCHMARKS_H_

#include <ostream>
#include <string>

#include "cppet/tools/lib/benchmark_comparison.h"
#include "cppet/tools/lib/exit_code.h"

namespace cppet {

// What is typed on the command line of `compare_benchmarks`.
struct CompareBenchmarksCommand {
  // Files that Google Benchmark wrote as JSON.
  std::string base;
  std::string now;
  BenchmarkComparisonOptions options;
};

// Prints on `out` a table with tabs of how long the benchmarks of both files
// take, and on `err` how many are slower, or what is wrong. Returns kExitSlower
// if one is.
ExitCode CompareBenchmarks(const CompareBenchmarksCommand& command,
                           std::ostream& out, std::ostream& err);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_COMPARE_BENCHMARKS_H_
