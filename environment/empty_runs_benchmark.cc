// What a run costs that does nothing and is not stored, beside the fork of a
// bare process that does nothing, in a parent with much or little memory.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "cppet/environment/environment.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"

namespace cppet {
namespace {

// So many that starting and ending the processes of a pool does not count.
constexpr int kPoolRuns = 20000;
constexpr int kForks = 200;

// Memory of the parent that is in use, as that of a simulation would be.
std::vector<char> Resident(int64_t megabytes) {
  return std::vector<char>(megabytes << 20, 'x');
}

void RunEmpty(benchmark::State& state, int runs, bool use_pool) {
  const std::vector<char> resident = Resident(state.range(1));
  for (auto _ : state) {
    state.PauseTiming();
    EnvironmentOptions options;
    options.log_level = std::nullopt;
    options.use_hdf5 = false;
    options.progress = ProgressMode::kNever;
    options.multiproc = true;
    options.ncores = static_cast<int>(state.range(0));
    options.use_pool = use_pool;
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0);
    env->trajectory()
        .Explore(CartesianProduct(i.In(Arange(0, runs))))
        .IgnoreError();
    state.ResumeTiming();
    const auto results = env->Run([](cppet::Run&) {});
    if (!results.ok() || results->size() != runs) {
      state.SkipWithError("runs failed");
    }
  }
  state.SetItemsProcessed(state.iterations() * runs);
}

void BM_EmptyRunsInPool(benchmark::State& state) {
  RunEmpty(state, kPoolRuns, /*use_pool=*/true);
}

void BM_EmptyRunsForked(benchmark::State& state) {
  RunEmpty(state, kForks, /*use_pool=*/false);
}

// As many at a time as the others have.
void BM_BareForks(benchmark::State& state) {
  const std::vector<char> resident = Resident(state.range(1));
  for (auto _ : state) {
    int active = 0;
    for (int i = 0; i < kForks; ++i) {
      if (active == state.range(0)) {
        wait(nullptr);
        --active;
      }
      if (fork() == 0) _exit(0);
      ++active;
    }
    while (wait(nullptr) > 0) continue;
  }
  state.SetItemsProcessed(state.iterations() * kForks);
}

void SetArguments(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"processes", "resident_mb"});
  for (const int processes : {1, 2}) {
    for (const int megabytes : {0, 200}) {
      benchmark->Args({processes, megabytes});
    }
  }
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK(BM_EmptyRunsInPool)->Apply(SetArguments);
BENCHMARK(BM_EmptyRunsForked)->Apply(SetArguments);
BENCHMARK(BM_BareForks)->Apply(SetArguments);

}  // namespace
}  // namespace cppet
