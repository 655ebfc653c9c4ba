// Says which benchmarks became slower: see --help.

#include "cppet/tools/lib/compare_benchmarks.h"

#include <iostream>

#include "cppet/tools/command_line.h"
#include "gflags/gflags.h"

DEFINE_double(max_ratio, 1.25, "how much slower a benchmark may be");
DEFINE_string(filter, "", "which benchmarks are compared");

namespace {

constexpr char kHelp[] =
    R"(compare_benchmarks: says which benchmarks became slower.

  compare_benchmarks BASE.json NEW.json [flags]

compares the times of two files that Google Benchmark wrote. It prints a table
with tabs: the name of each benchmark, its time in BASE and in NEW, how many
times as long it takes in NEW, and whether that is the same, slower or faster.
One that is only in BASE is gone, one that is only in NEW is new; they do not
count.

Of a benchmark with several repetitions it takes the median of the real time. A
machine that does other things meanwhile, or that gets hot, changes times by far
more than a change of a program. So build both versions first, and run them in
turn, on one idle machine, with repetitions:

  old/my_benchmark --benchmark_repetitions=5 \
    --benchmark_out=base.json --benchmark_out_format=json
  new/my_benchmark --benchmark_repetitions=5 \
    --benchmark_out=new.json --benchmark_out_format=json
  compare_benchmarks base.json new.json

Then run the first one again and compare its two files: they differ by what the
machine alone does, and that tells which --max_ratio can be kept.

Flags:
  --max_ratio=RATIO  a benchmark is slower if it takes more than RATIO times as
                     long as before; at least 1. Default: 1.25
  --filter=REGEX     compare only benchmarks in whose names this POSIX extended
                     regular expression is found, such as '^BM_(Load|Store)/'
  --help, --version

Exit codes: 0 none is slower; 1 wrong usage or files, a benchmark that failed in
NEW, or none that is in both; 2 one is slower
)";

}  // namespace

int main(int argc, char** argv) {
  const cppet::CommandLine line = cppet::InitTool(
      argc, argv, {.help = kHelp, .min_arguments = 2, .max_arguments = 2});
  cppet::CompareBenchmarksCommand command;
  command.base = line.arguments[0];
  command.now = line.arguments[1];
  command.options.max_ratio = FLAGS_max_ratio;
  command.options.filter = FLAGS_filter;
  return cppet::CompareBenchmarks(command, std::cout, std::cerr);
}
