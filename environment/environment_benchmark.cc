#include "cppet/environment/environment.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "cppet/base/testing.h"
#include "cppet/trajectory/range.h"

namespace cppet {
namespace {

constexpr int64_t kRuns = 1000;

// Two parameters, one scalar result, an HDF5 file.
void RunThousand(benchmark::State& state, EnvironmentOptions options) {
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
    traj.Explore(CartesianProduct(x.In(Linspace(0, 1, kRuns / 10)),
                                  y.In(Linspace(0, 1, 10))))
        .IgnoreError();
    const auto results = env->Run([=](cppet::Run& run) {
      return run.AddResult("z", run[x] * run[y], "The product");
    });
    if (!results.ok() || results->size() != kRuns) {
      state.SkipWithError(results.status().ToString().c_str());
    }
  }
  state.SetItemsProcessed(state.iterations() * kRuns);
}

void BM_InProcess(benchmark::State& state) { RunThousand(state, {}); }
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
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal}) {
    benchmark->Args({2, static_cast<int>(mode)});
  }
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

void BM_Fork(benchmark::State& state) {
  RunThousand(state, WithProcesses(state));
}
BENCHMARK(BM_Fork)->Apply(SetArguments);

void BM_Pool(benchmark::State& state) {
  EnvironmentOptions options = WithProcesses(state);
  options.use_pool = true;
  RunThousand(state, options);
}
BENCHMARK(BM_Pool)->Apply(SetArguments);

}  // namespace
}  // namespace cppet
