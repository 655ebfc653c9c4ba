#include <memory>
#include <string>

#include "benchmark/benchmark.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"

namespace cppet {
namespace {

// A fork costs as much as ten runs.
constexpr int64_t kRuns = 1000;
constexpr int64_t kForks = 100;

// Two parameters, one scalar result, an HDF5 file.
void RunSweep(benchmark::State& state, int64_t runs,
              EnvironmentOptions options) {
  for (auto _ : state) {
    const TempDirectory folder;
    options.trajectory = "product";
    options.filename = folder.Path("product.hdf5");
    options.log_folder = folder.Path("logs");
    options.progress = ProgressMode::kNever;
    auto env = Environment::Create(options).value();
    Trajectory& traj = env->trajectory();
    const auto x = traj.AddParameter("x", 1.0, "First factor");
    const auto y = traj.AddParameter("y", 1.0, "Second factor");
    traj.Explore(CartesianProduct(x.In(Linspace(0, 1, runs / 10)),
                                  y.In(Linspace(0, 1, 10))))
        .IgnoreError();
    const auto results = env->Run([=](cppet::Run& run) {
      return run.AddResult("z", run[x] * run[y], "The product");
    });
    if (!results.ok() || results->size() != runs) {
      state.SkipWithError(results.status().ToString().c_str());
    }
  }
  state.SetItemsProcessed(state.iterations() * runs);
}

void BM_InProcess(benchmark::State& state) { RunSweep(state, kRuns, {}); }
BENCHMARK(BM_InProcess)->Unit(benchmark::kMillisecond)->UseRealTime();

// The number of processes and the wrap mode are arguments.
EnvironmentOptions WithProcesses(const benchmark::State& state) {
  EnvironmentOptions options;
  options.multiproc = true;
  options.ncores = static_cast<int>(state.range(0));
  options.wrap_mode = static_cast<WrapMode>(state.range(1));
  return options;
}

void SetArguments(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"ncores", "wrap_mode"});
  for (const WrapMode mode :
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal, WrapMode::kPipe}) {
    benchmark->Args({2, static_cast<int>(mode)});
  }
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

void BM_Fork(benchmark::State& state) {
  RunSweep(state, kForks, WithProcesses(state));
}
BENCHMARK(BM_Fork)->Apply(SetArguments);

void BM_Pool(benchmark::State& state) {
  EnvironmentOptions options = WithProcesses(state);
  options.use_pool = true;
  RunSweep(state, kRuns, options);
}
BENCHMARK(BM_Pool)->Apply(SetArguments);

}  // namespace
}  // namespace cppet
