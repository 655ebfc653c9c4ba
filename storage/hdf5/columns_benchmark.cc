#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/options.h"
#include "cppet/storage/run_columns.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

using Clock = std::chrono::steady_clock;

// What an executor stores at once.
constexpr int64_t kBatch = 4000;

std::unique_ptr<Trajectory> MakeTrajectory(int64_t runs) {
  auto trajectory = std::make_unique<Trajectory>("benchmark");
  const auto x = trajectory->AddParameter("x", 1.0, "First factor");
  const auto y = trajectory->AddParameter("y", 1.0, "Second factor");
  trajectory
      ->Explore(Zip(x.In(Linspace(0, 1, runs)), y.In(Linspace(1, 2, runs))))
      .IgnoreError();
  return trajectory;
}

// What runs from `first` on leave: so many numbers each.
std::vector<RunRecord> MakeRecords(const Trajectory& trajectory, int64_t first,
                                   int64_t count, int64_t scalars) {
  std::vector<RunRecord> records(count);
  for (int64_t i = 0; i < count; ++i) {
    RunRecord& record = records[i];
    record.index = first + i;
    record.completed = true;
    record.start_timestamp = 1.7e9 + 2e-6 * record.index;
    record.finish_timestamp = record.start_timestamp + 1.3e-6;
    cppet::Run run(trajectory, record.index);
    for (int64_t j = 0; j < scalars; ++j) {
      run.AddResult(absl::StrCat("z", j), 0.37 * record.index + j,
                    "The product")
          .IgnoreError();
    }
    record.leaves = run.TakeLeaves();
  }
  return records;
}

std::unique_ptr<StorageService> Open(const std::string& path, int complevel) {
  Hdf5StorageOptions options;
  options.complevel = complevel;
  options.result_layout = ResultLayout::kColumns;
  return OpenHdf5Storage(path, options).value();
}

// Stores all runs, and returns how long StoreRuns and Close took; negative if
// something failed.
double StoreAll(const std::string& path, int complevel, int64_t runs,
                int64_t scalars) {
  const auto trajectory = MakeTrajectory(runs);
  const auto service = Open(path, complevel);
  bool ok = service->Store(*trajectory).ok();
  Clock::duration time = Clock::duration::zero();
  for (int64_t first = 0; first < runs; first += kBatch) {
    const std::vector<RunRecord> records = MakeRecords(
        *trajectory, first, std::min(kBatch, runs - first), scalars);
    const auto start = Clock::now();
    ok = ok && service->StoreRuns(*trajectory, records).ok();
    time += Clock::now() - start;
  }
  const auto start = Clock::now();
  ok = ok && service->Close().ok();
  time += Clock::now() - start;
  return ok ? std::chrono::duration<double>(time).count() : -1;
}

void BM_StoreRuns(benchmark::State& state) {
  for (auto _ : state) {
    const TempDirectory directory;
    const double time = StoreAll(directory.Path("file.hdf5"), state.range(2),
                                 state.range(0), state.range(1));
    if (time < 0) state.SkipWithError("cannot store");
    state.SetIterationTime(time);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_StoreRuns)
    ->ArgNames({"runs", "scalars", "complevel"})
    ->ArgsProduct({{10000, 1000000}, {1, 10}, {0, 9}})
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();

// Parameters and what became of the runs, without the columns.
void BM_Open(benchmark::State& state) {
  const TempDirectory directory;
  const std::string path = directory.Path("file.hdf5");
  if (StoreAll(path, state.range(2), state.range(0), state.range(1)) < 0) {
    state.SkipWithError("cannot store");
  }
  LoadOptions load = LoadAll();
  load.run_columns = false;
  for (auto _ : state) {
    if (!Open(path, 0)->Load("benchmark", load).ok()) {
      state.SkipWithError("cannot load");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Open)
    ->ArgNames({"runs", "scalars", "complevel"})
    ->ArgsProduct({{10000, 1000000}, {1}, {0, 9}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void BM_ReadOneColumn(benchmark::State& state) {
  const TempDirectory directory;
  const std::string path = directory.Path("file.hdf5");
  if (StoreAll(path, state.range(2), state.range(0), state.range(1)) < 0) {
    state.SkipWithError("cannot store");
  }
  for (auto _ : state) {
    if (!Open(path, 0)
             ->ReadRunColumns("benchmark", {0}, 0, state.range(0))
             .ok()) {
      state.SkipWithError("cannot read");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ReadOneColumn)
    ->ArgNames({"runs", "scalars", "complevel"})
    ->ArgsProduct({{10000, 1000000}, {10}, {0, 9}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace cppet
