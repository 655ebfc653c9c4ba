// Arrays of 16 MiB, one a run, beside HDF5 alone.

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet {
namespace {

constexpr int64_t kNumbers = 2 << 20;
constexpr hsize_t kChunkNumbers = 128 << 10;

// A wave with some noise in three digits.
std::vector<double> MakeArray() {
  std::vector<double> array(kNumbers);
  uint32_t noise = 1;
  for (int64_t i = 0; i < kNumbers; ++i) {
    noise = noise * 1664525 + 1013904223;
    array[i] = std::round(10'000 * std::sin(i * 1e-3) + (noise >> 24)) / 1000;
  }
  return array;
}

void Report(benchmark::State& state, bool ok) {
  if (!ok) state.SkipWithError("cannot store");
  state.SetBytesProcessed(state.iterations() * state.range(0) * kNumbers *
                          static_cast<int64_t>(sizeof(double)));
}

// Each run makes its array, which is stored at once, as it is from 8 MiB on.
void BM_Arrays(benchmark::State& state, int complevel,
               const std::string& complib) {
  const std::vector<double> array = MakeArray();
  bool ok = true;
  for (auto _ : state) {
    const TempDirectory directory;
    Trajectory trajectory("t");
    const auto x = trajectory.AddParameter("x", 1.0);
    ok = ok && trajectory.Explore(x.In(Linspace(0, 1, state.range(0)))).ok();
    Hdf5StorageOptions options;
    options.complevel = complevel;
    options.complib = complib;
    options.durability = Durability::kProcess;
    const auto service =
        OpenHdf5Storage(directory.Path("file.hdf5"), options).value();
    ok = ok && service->Store(trajectory).ok();
    for (int64_t i = 0; i < state.range(0); ++i) {
      std::vector<double> made = array;
      RunRecord record;
      record.index = i;
      record.completed = true;
      record.leaves.emplace_back(LeafHead{"results.runs.$.a"},
                                 Items{{"a", std::move(made)}});
      ok = ok && service->StoreRuns(trajectory, {record}).ok();
    }
    ok = ok && service->Close().ok();
  }
  Report(state, ok);
}

// The same arrays as datasets in the root group, and a flush after each.
void BM_PlainHdf5(benchmark::State& state, int complevel) {
  const std::vector<double> array = MakeArray();
  const hsize_t size = kNumbers;
  const hid_t space = H5Screate_simple(1, &size, nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  if (complevel > 0) {
    H5Pset_chunk(properties, 1, &kChunkNumbers);
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, complevel);
  }
  bool ok = true;
  for (auto _ : state) {
    const TempDirectory directory;
    const hid_t file = H5Fcreate(directory.Path("file.hdf5").c_str(),
                                 H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT);
    for (int64_t i = 0; i < state.range(0); ++i) {
      const std::vector<double> made = array;
      const hid_t dataset =
          H5Dcreate2(file, RunName(i).c_str(), H5T_IEEE_F64LE, space,
                     H5P_DEFAULT, properties, H5P_DEFAULT);
      ok = ok && H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL,
                          H5P_DEFAULT, made.data()) >= 0;
      H5Dclose(dataset);
      H5Fflush(file, H5F_SCOPE_GLOBAL);
    }
    ok = ok && H5Fclose(file) >= 0;
  }
  H5Pclose(properties);
  H5Sclose(space);
  Report(state, ok);
}

// With few runs, what a new file and its trajectory cost shows.
void SetUp(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("runs")->Arg(8)->Arg(48);
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK_CAPTURE(BM_PlainHdf5, none, 0)->Apply(SetUp);
BENCHMARK_CAPTURE(BM_Arrays, none, 0, "zlib")->Apply(SetUp);
BENCHMARK_CAPTURE(BM_PlainHdf5, zlib, 4)->Apply(SetUp);
BENCHMARK_CAPTURE(BM_Arrays, zlib, 4, "zlib")->Apply(SetUp);
BENCHMARK_CAPTURE(BM_Arrays, blosc, 5, "blosc")->Apply(SetUp);

}  // namespace
}  // namespace cppet
