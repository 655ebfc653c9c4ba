#include "benchmark/benchmark.h"

namespace cppet {
namespace {

void BM_Good(benchmark::State& state) {
  for (auto _ : state) {
  }
}
BENCHMARK(BM_Good);

void BM_Bad(benchmark::State& state) {
  state.SkipWithError("it cannot be done");
  for (auto _ : state) {
  }
}
BENCHMARK(BM_Bad);

}  // namespace
}  // namespace cppet
