// Trajectories come back whatever compresses them.

#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/settings_reader.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::Bool;
using ::testing::Combine;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;
using ::testing::Values;

constexpr int kRuns = 300;

NdArray<double> Waves() {
  NdArray<double> waves = {{50, 60}, {}};
  for (int i = 0; i < 50 * 60; ++i) waves.data.push_back(std::sin(0.01 * i));
  return waves;
}

std::vector<double> Steps() {
  std::vector<double> steps;
  for (int i = 0; i < kRuns; ++i) steps.push_back(0.25 * i);
  return steps;
}

std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (int i = 0; i < kRuns; ++i) texts.push_back(absl::StrCat("text ", i));
  return texts;
}

Items AllItems() {
  return {{"complex", std::vector<std::complex<double>>{{1, 2}}},
          {"scalar", 7},
          {"texts", Texts()},
          {"waves", Waves()},
          {"zeros", std::vector<int64_t>(100'000)}};
}

class Hdf5FiltersTest : public ::testing::TestWithParam<
                            std::tuple<std::string, int, bool, bool>> {
 protected:
  Hdf5FiltersTest() {
    std::tie(options_.complib, options_.complevel, options_.shuffle,
             options_.fletcher32) = GetParam();
    options_.durability = Durability::kNone;
  }

  void Store() {
    Trajectory trajectory("t");
    const auto x = trajectory.AddParameter("x", 1.0);
    const auto text = trajectory.AddParameter("text", std::string("text"));
    ASSERT_THAT(trajectory.Explore(Zip(x.In(Steps()), text.In(Texts()))),
                IsOk());
    ASSERT_THAT(trajectory.AddResult("r", AllItems()), IsOk());
    const auto service = OpenHdf5Storage(path_, options_).value();
    ASSERT_THAT(service->Store(trajectory), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
  Hdf5StorageOptions options_;
};

TEST_P(Hdf5FiltersTest, AllComesBack) {
  Store();
  const auto loaded = OpenHdf5Storage(path_).value()->Load("t", LoadAll());
  ASSERT_THAT(loaded, IsOk());
  const auto* result =
      static_cast<const Result*>((*loaded)->tree().FindExact("results.r"));
  EXPECT_THAT(result->items(), UnorderedElementsAreArray(AllItems()));
  const auto* x = static_cast<const Parameter*>(
      (*loaded)->tree().FindExact("parameters.x"));
  const auto* text = static_cast<const Parameter*>(
      (*loaded)->tree().FindExact("parameters.text"));
  for (int i = 0; i < kRuns; ++i) {
    EXPECT_EQ(x->ValueAt(i), Value(Steps()[i]));
    EXPECT_EQ(text->ValueAt(i), Value(Texts()[i]));
  }
  EXPECT_THAT(CheckHdf5File(path_), IsOkAndHolds(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    All, Hdf5FiltersTest,
    Combine(Values("zlib", "lzo", "bzip2", "blosc", "blosc:blosclz",
                   "blosc:lz4", "blosc:lz4hc", "blosc:snappy", "blosc:zlib",
                   "blosc:zstd"),
            Values(0, 1, 9), Bool(), Bool()),
    [](const auto& info) {
      return absl::StrCat(
          absl::StrReplaceAll(std::get<0>(info.param), {{":", "_"}}),
          std::get<1>(info.param), std::get<2>(info.param) ? "Shuffled" : "",
          std::get<3>(info.param) ? "Checked" : "");
    });

TEST(BloscSettingsTest, NameNoCodecsOfBlosc) {
  const TempDirectory directory;
  const std::string path = directory.Path("file.hdf5");
  Trajectory trajectory("t");
  ASSERT_THAT(OpenHdf5Storage(path, {.complevel = 3, .complib = "blosc:lz4"})
                  .value()
                  ->Store(trajectory),
              IsOk());
  EXPECT_THAT(trajectory.Get<std::string>("config.hdf5.complib"),
              IsOkAndHolds("blosc"));
  EXPECT_EQ(ReadHdf5Settings(path, "t").value().complib, "blosc");

  const auto file = hdf5::File::Open(path, {});
  ASSERT_THAT(file, IsOk());
  const hdf5::Handle group(H5Gopen2(file->root(), "t", H5P_DEFAULT));
  EXPECT_EQ(hdf5::ReadInteger(group.get(), "FILTERS"), 0x010603);
}

}  // namespace
}  // namespace cppet
