#include "cppet/storage/hdf5/api/chunk_writer.h"

#include <cstdint>
#include <cstring>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;

Filters With(Complib complib, bool shuffle = true, int complevel = 1) {
  Filters filters;
  filters.complib = complib;
  filters.shuffle = shuffle;
  filters.complevel = complevel;
  return filters;
}

// Numbers that can be compressed, or that cannot.
std::vector<int64_t> Numbers(const std::vector<int64_t>& shape, bool noise) {
  int64_t count = 1;
  for (const int64_t length : shape) count *= length;
  std::mt19937_64 random(1);
  std::vector<int64_t> numbers(count);
  for (int64_t i = 0; i < count; ++i) {
    numbers[i] = noise ? static_cast<int64_t>(random()) : i / 3;
  }
  return numbers;
}

Handle Create(hid_t group, const std::vector<int64_t>& shape,
              const Filters& filters) {
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const Handle space(H5Screate_simple(dims.size(), dims.data(), nullptr));
  const Handle properties = DatasetProperties(
      ChunkShape(shape, sizeof(int64_t)), filters, DatasetKind::kArray);
  return Handle(H5Dcreate2(group, "numbers", H5T_STD_I64LE, space.get(),
                           H5P_DEFAULT, properties.get(), H5P_DEFAULT));
}

struct Case {
  std::string name;
  Filters filters;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class ChunkWriterTest : public ::testing::TestWithParam<Case> {
 protected:
  // Writes chunks, and has HDF5 read them.
  void Check(const std::vector<int64_t>& shape, bool noise) {
    const ScratchFile file;
    const std::vector<int64_t> numbers = Numbers(shape, noise);
    Handle dataset = Create(file.root(), shape, GetParam().filters);
    ASSERT_THAT(WriteChunks(dataset.get(), shape, sizeof(int64_t),
                            reinterpret_cast<const char*>(numbers.data())),
                IsOkAndHolds(true));
    const hsize_t stored = H5Dget_storage_size(dataset.get());
    const auto opened = InspectDataset(std::move(dataset));
    ASSERT_THAT(opened, IsOk());
    const auto bytes = ReadAll(*opened, H5T_NATIVE_INT64);
    ASSERT_THAT(bytes, IsOk());
    ASSERT_EQ(bytes->size(), numbers.size() * sizeof(int64_t));
    EXPECT_EQ(memcmp(bytes->data(), numbers.data(), bytes->size()), 0);
    if (!noise) {
      EXPECT_LT(stored, bytes->size() / 2);
    }
  }
};

TEST_P(ChunkWriterTest, WritesWhatHdf5Reads) {
  for (const std::vector<int64_t>& shape : std::vector<std::vector<int64_t>>{
           {100},                // one chunk
           {131072},             // one full chunk
           {300000},             // the last is not full
           {1000, 333},          // whole rows
           {3, 200000},          // parts of rows
           {3, 2, 7, 11000}}) {  // chunks of three, and of fewer, rows
    Check(shape, /*noise=*/false);
  }
}

TEST_P(ChunkWriterTest, WritesMoreThanIsInMemoryAtATime) {
  if (GetParam().name != "BloscLz4") GTEST_SKIP() << "only the fastest";
  Check({5000000}, /*noise=*/false);
}

TEST_P(ChunkWriterTest, WritesWhatCannotBeCompressed) {
  Check({200000}, /*noise=*/true);
}

INSTANTIATE_TEST_SUITE_P(
    All, ChunkWriterTest,
    ::testing::Values(Case{"Zlib", With(Complib::kZlib)},
                      Case{"ZlibUnshuffled", With(Complib::kZlib, false, 9)},
                      Case{"Lzo", With(Complib::kLzo)},
                      Case{"Bzip2", With(Complib::kBzip2)},
                      Case{"Blosc", With(Complib::kBlosc)},
                      Case{"BloscLz4", With(Complib::kBloscLz4, true, 9)}),
    [](const auto& info) { return info.param.name; });

TEST(ChunkWriterTest, LeavesChecksumsToHdf5) {
  const ScratchFile file;
  Filters filters;
  filters.fletcher32 = true;
  const std::vector<int64_t> numbers(10);
  const Handle dataset = Create(file.root(), {10}, filters);
  EXPECT_THAT(WriteChunks(dataset.get(), {10}, sizeof(int64_t),
                          reinterpret_cast<const char*>(numbers.data())),
              IsOkAndHolds(false));
}

TEST(ChunkShapeTest, IsOfWholeRowsIfTheyFit) {
  EXPECT_THAT(ChunkShape({1000, 333}, 8), ElementsAre(393, 333));
  EXPECT_THAT(ChunkShape({3, 200000}, 8), ElementsAre(1, 131072));
  EXPECT_THAT(ChunkShape({10}, 8), ElementsAre(10));
  EXPECT_THAT(ChunkShape({10, 2}, 4 << 20), ElementsAre(1, 1));
}

}  // namespace
}  // namespace cppet::hdf5
