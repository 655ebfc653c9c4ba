#include "cppet/storage/hdf5/api/dataset.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DatasetTest : public ::testing::Test {
 protected:
  Handle Create(const std::vector<hsize_t>& dims, const Handle& properties,
                hid_t type = H5T_STD_I32LE) {
    const Handle space(H5Screate_simple(dims.size(), dims.data(), nullptr));
    return Handle(H5Dcreate2(file_.root(), "data", type, space.get(),
                             H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  }

  // Chunks of that shape.
  static Handle Chunked(const std::vector<hsize_t>& chunk) {
    Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(properties.get(), chunk.size(), chunk.data());
    return properties;
  }

  ScratchFile file_;
};

TEST_F(DatasetTest, ReadsAll) {
  Handle dataset = Create({2, 2}, Chunked({1, 2}));
  const std::vector<int32_t> values = {1, 2, 3, 4};
  ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, values.data()),
            0);
  const auto opened = InspectDataset(std::move(dataset));
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->shape, ElementsAre(2, 2));
  EXPECT_THAT(CheckedSize(*opened, 4), IsOkAndHolds(16));
  EXPECT_THAT(ReadAll(*opened, H5T_NATIVE_INT8),
              IsOkAndHolds(ElementsAre(1, 2, 3, 4)));
}

TEST_F(DatasetTest, ScalarsHaveNoShape) {
  Handle dataset(H5Dcreate2(file_.root(), "scalar", H5T_STD_I32LE,
                            ScalarSpace(), H5P_DEFAULT, H5P_DEFAULT,
                            H5P_DEFAULT));
  const auto opened = InspectDataset(std::move(dataset));
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->shape, IsEmpty());
}

TEST_F(DatasetTest, DoesNotBelieveInMoreThanTheFileHolds) {
  const auto contiguous = InspectDataset(
      Create({hsize_t{1} << 40}, Handle(H5Pcreate(H5P_DATASET_CREATE))));
  // What was never written can be claimed but not be read.
  ASSERT_THAT(contiguous, IsOk());
  EXPECT_THAT(CheckedSize(*contiguous, 4),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("/data")));
  H5Ldelete(file_.root(), "data", H5P_DEFAULT);

  const auto chunked = InspectDataset(
      Create({hsize_t{1} << 31, hsize_t{1} << 31, 2}, Chunked({1, 1, 1})));
  ASSERT_THAT(chunked, IsOk());
  EXPECT_THAT(ReadAll(*chunked, H5T_NATIVE_INT32),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DatasetTest, BelievesInWhatWasCompressedWell) {
  const Handle properties = Chunked({1 << 20});
  H5Pset_deflate(properties.get(), 9);
  Handle dataset = Create({1 << 20}, properties);
  const std::vector<int32_t> zeros(1 << 20);
  ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL,
                     H5P_DEFAULT, zeros.data()),
            0);
  ASSERT_THAT(file_.file().Commit(), IsOk());
  const auto opened = InspectDataset(std::move(dataset));
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(CheckedSize(*opened, 4), IsOkAndHolds(4 << 20));
}

TEST_F(DatasetTest, BelievesInAsManyChunksAsThereAre) {
  constexpr hsize_t kSize = 4 << 20;
  for (const Complib complib : {Complib::kBzip2, Complib::kBloscZstd}) {
    const Filters filters = {9, complib, true, false};
    const Handle properties =
        DatasetProperties({kSize}, filters, DatasetKind::kArray);
    Handle dataset = Create({kSize}, properties);
    const std::vector<int32_t> zeros(kSize);
    ASSERT_GE(H5Dwrite(dataset.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL,
                       H5P_DEFAULT, zeros.data()),
              0);
    ASSERT_THAT(file_.file().Commit(), IsOk());
    // More than what zlib could do.
    ASSERT_LT(H5Dget_storage_size(dataset.get()) * 1100, 4 * kSize);
    const auto opened = InspectDataset(std::move(dataset));
    ASSERT_THAT(opened, IsOk());
    EXPECT_THAT(CheckedSize(*opened, 4), IsOkAndHolds(4 * kSize));
    EXPECT_THAT(CheckedSize(*opened, 5),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("/data")));
    H5Ldelete(file_.root(), "data", H5P_DEFAULT);
  }
}

TEST_F(DatasetTest, ReadsNoOtherFiles) {
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_external(properties.get(), "/etc/hostname", 0, 4);
  EXPECT_THAT(
      InspectDataset(Create({4}, properties, H5T_STD_I8LE)),
      StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("another file")));
}

}  // namespace
}  // namespace cppet::hdf5
