#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

// A trajectory with `runs` runs, two explored parameters, and as many config
// entries as an environment adds.
std::unique_ptr<Trajectory> MakeTrajectory(int64_t runs) {
  auto trajectory = std::make_unique<Trajectory>("benchmark");
  const auto x = trajectory->AddParameter("x", 1.0, "First factor");
  const auto y = trajectory->AddParameter("y", 1.0, "Second factor");
  for (int i = 0; i < 40; ++i) {
    trajectory->AddConfig(absl::StrCat("environment.entry_", i), i, "An entry");
  }
  trajectory
      ->Explore(Zip(x.In(Linspace(0, 1, runs)), y.In(Linspace(1, 2, runs))))
      .IgnoreError();
  return trajectory;
}

// What runs from `first` on leave: one number each.
std::vector<RunRecord> MakeRecords(int64_t first, int64_t count) {
  const auto head = std::make_shared<const LeafHead>(
      LeafHead{"results.runs.$.z", "The product"});
  std::vector<RunRecord> records(count);
  for (int64_t i = 0; i < count; ++i) {
    RunRecord& record = records[i];
    record.index = first + i;
    record.completed = true;
    record.start_timestamp = 1.7e9 + i;
    record.finish_timestamp = record.start_timestamp + 0.5;
    record.leaves.emplace_back(head, Items{{"z", 0.5 * i}});
  }
  return records;
}

std::unique_ptr<StorageService> Open(const std::string& path,
                                     Durability durability = Durability::kPower,
                                     bool isolated = false) {
  Hdf5StorageOptions options;
  options.durability = durability;
  options.reading.isolated = isolated;
  return OpenHdf5Storage(path, options).value();
}

void ExperimentArguments(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"runs", "batch"})
      ->Args({1000, 1000})
      ->Args({1000, 100})
      ->Args({1000, 1})
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

// A whole experiment: a new file, all runs in batches, and close. `sync`: what
// plain HDF5 flushed goes to the disk each time.
void BM_Experiment(benchmark::State& state, Durability durability,
                   bool sync = false) {
  const int64_t runs = state.range(0);
  const int64_t batch = state.range(1);
  for (auto _ : state) {
    const TempDirectory directory;
    const auto trajectory = MakeTrajectory(runs);
    const auto service = Open(directory.Path("file.hdf5"), durability);
    bool ok = service->Store(*trajectory).ok();
    const UniqueFd file(open(directory.Path("file.hdf5").c_str(), O_RDONLY));
    for (int64_t first = 0; first < runs; first += batch) {
      ok =
          ok && service->StoreRuns(*trajectory, MakeRecords(first, batch)).ok();
      if (sync) ok = ok && fdatasync(file.get()) == 0;
    }
    ok = ok && service->Close().ok();
    if (!ok) state.SkipWithError("cannot store");
  }
  state.SetItemsProcessed(state.iterations() * runs);
}
BENCHMARK_CAPTURE(BM_Experiment, plain_and_sync, Durability::kNone, true)
    ->Apply(ExperimentArguments);
BENCHMARK_CAPTURE(BM_Experiment, power, Durability::kPower)
    ->Apply(ExperimentArguments);
BENCHMARK_CAPTURE(BM_Experiment, process, Durability::kProcess)
    ->Apply(ExperimentArguments);
BENCHMARK_CAPTURE(BM_Experiment, plain, Durability::kNone)
    ->Apply(ExperimentArguments);

void BM_Store(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const TempDirectory directory;
    const auto trajectory = MakeTrajectory(state.range(0));
    state.ResumeTiming();
    const auto service = Open(directory.Path("file.hdf5"));
    if (!service->Store(*trajectory).ok() || !service->Close().ok()) {
      state.SkipWithError("cannot store");
    }
  }
}
BENCHMARK(BM_Store)
    ->Arg(4)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void BM_Load(benchmark::State& state) {
  const int64_t runs = state.range(0);
  const TempDirectory directory;
  const auto service = Open(directory.Path("file.hdf5"), Durability::kPower,
                            /*isolated=*/state.range(1) != 0);
  const auto trajectory = MakeTrajectory(runs);
  if (!service->Store(*trajectory).ok() ||
      !service->StoreRuns(*trajectory, MakeRecords(0, runs)).ok() ||
      !service->Close().ok()) {
    state.SkipWithError("cannot store");
  }
  for (auto _ : state) {
    const auto loaded = service->Load("benchmark", LoadAll());
    if (!loaded.ok()) state.SkipWithError("cannot load");
  }
  state.SetItemsProcessed(state.iterations() * runs);
}
BENCHMARK(BM_Load)
    ->ArgNames({"runs", "isolated"})
    ->ArgsProduct({{1000, 5000}, {0, 1}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace cppet
