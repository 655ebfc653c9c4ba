#include <sys/resource.h>

#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

// A grid of 10^12 points of two parameters.
Space LargeGrid() {
  return CartesianProduct(
      {{"x", Linspace(0, 1, 1'000'000)}, {"y", Linspace(0, 1, 1'000'000)}});
}

// One point, somewhere else each time.
void BM_PointOfALargeGrid(benchmark::State& state) {
  const Space space = LargeGrid();
  constexpr uint64_t kStep = 618'033'988'750;  // far away
  uint64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(space[static_cast<int64_t>(i)]);
    i = (i + kStep) % static_cast<uint64_t>(space.size());
  }
}
BENCHMARK(BM_PointOfALargeGrid);

// `kib`: how much more memory the program ever took, with that grid and the
// first million of its points one after the other.
void BM_MemoryOfALargeGrid(benchmark::State& state) {
  const auto most_memory = [] {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const int64_t before = most_memory();
  for (auto _ : state) {
    const Space space = LargeGrid();
    for (int64_t i = 0; i < 1'000'000; ++i) {
      benchmark::DoNotOptimize(space[i]);
    }
  }
  state.counters["kib"] = static_cast<double>(most_memory() - before);
}
BENCHMARK(BM_MemoryOfALargeGrid)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cppet
