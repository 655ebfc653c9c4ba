// Small files that claim to have much, and those that do have it, compressed.

#include <sys/resource.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/attribute_copy.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/blosc_codec.h"
#include "cppet/storage/hdf5/codecs/codec.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"
#include "zlib.h"

namespace cppet::hdf5 {
namespace {

constexpr hsize_t kMiB = hsize_t{1} << 20;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// They keep what was freed for a while, or have memory of their own.
constexpr int64_t kMostMemory = 1536 * kMiB;
#else
constexpr int64_t kMostMemory = 1024 * kMiB;
#endif
constexpr char kArray[] = "/mine/results/array/array";

// What this process had in memory at most, or one of its children.
int64_t MostMemory(__rusage_who who) {
  rusage usage = {};
  EXPECT_EQ(getrusage(who, &usage), 0);
  return int64_t{usage.ru_maxrss} << 10;
}

std::string DeflatedZeros(size_t size) {
  std::string zeros(kMiB, '\0');
  std::string deflated(size / 500 + kMiB, '\0');
  z_stream stream = {};
  EXPECT_EQ(deflateInit(&stream, Z_DEFAULT_COMPRESSION), Z_OK);
  stream.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_out = deflated.size();
  for (; size > 0; size -= kMiB) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = kMiB;
    EXPECT_EQ(deflate(&stream, Z_NO_FLUSH), Z_OK);
  }
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  deflated.resize(stream.total_out);
  deflateEnd(&stream);
  return deflated;
}

// The array in the file is of bytes.
class ClaimedSizesTest : public ::testing::Test {
 protected:
  ClaimedSizesTest() {
    Trajectory trajectory("mine");
    EXPECT_THAT(trajectory.AddResult("array", NdArray<uint8_t>{{2}, {1, 2}}),
                IsOk());
    const auto storage = OpenHdf5Storage(path_).value();
    EXPECT_THAT(storage->Store(trajectory), IsOk());
    EXPECT_THAT(storage->Close(), IsOk());
  }

  // Makes the array one of `size` bytes, each chunk of which is stored as
  // `chunk`; of none if that is empty.
  void Replace(hsize_t size, const Handle& properties,
               absl::string_view chunk = "", hsize_t chunk_size = 1) {
    File file = File::Open(path_, {.writable = true}).value();
    {
      const Handle before(H5Dopen2(file.root(), kArray, H5P_DEFAULT));
      ASSERT_TRUE(before.ok());
      const Handle space(H5Screate_simple(1, &size, nullptr));
      const Handle after(H5Dcreate2(file.root(), "new", H5T_STD_U8LE,
                                    space.get(), H5P_DEFAULT, properties.get(),
                                    H5P_DEFAULT));
      ASSERT_TRUE(after.ok());
      ASSERT_THAT(CopyAttributes(before.get(), "", after.get()), IsOk());
      for (hsize_t at = 0; at < size && !chunk.empty(); at += chunk_size) {
        ASSERT_GE(H5Dwrite_chunk(after.get(), H5P_DEFAULT, 0, &at, chunk.size(),
                                 chunk.data()),
                  0);
      }
    }
    ASSERT_GE(H5Ldelete(file.root(), kArray, H5P_DEFAULT), 0);
    ASSERT_GE(H5Lmove(file.root(), "new", file.root(), kArray, H5P_DEFAULT,
                      H5P_DEFAULT),
              0);
    ASSERT_THAT(file.Close(), IsOk());
    ASSERT_LT(ReadFile(path_)->size(), 16 * kMiB);
  }

  void ReplaceWithZeros(hsize_t size) {
    const hsize_t chunk_size = 4 * kMiB;
    Replace(size,
            DatasetProperties({chunk_size}, {6, Complib::kZlib, false, false},
                              DatasetKind::kArray),
            DeflatedZeros(chunk_size), chunk_size);
  }

  absl::Status Load() const {
    Hdf5StorageOptions options;
    options.reading.isolated = true;
    const auto storage = OpenHdf5Storage(path_, options).value();
    const absl::Status status = storage->Load("mine", LoadAll()).status();
    EXPECT_LT(MostMemory(RUSAGE_SELF), kMostMemory);
    EXPECT_LT(MostMemory(RUSAGE_CHILDREN), kMostMemory);
    return status;
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
};

TEST_F(ClaimedSizesTest, AreNotBelievedOfWhatWasNeverWritten) {
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  const uint8_t fill = 7;
  H5Pset_fill_value(properties.get(), H5T_NATIVE_UINT8, &fill);
  Replace(hsize_t{1} << 40, properties);
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss));
  H5Pset_chunk(properties.get(), 1, &kMiB);
  Replace(hsize_t{1} << 40, properties);
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ClaimedSizesTest, AreReadIfTheyAreTrueAndNotTooLarge) {
  ReplaceWithZeros(64 * kMiB);
  EXPECT_THAT(Load(), IsOk());
}

TEST_F(ClaimedSizesTest, AreRefusedIfTheyAreTrueAndTooLarge) {
  for (const hsize_t size : {512, 4096}) {
    ReplaceWithZeros(size * kMiB);
    EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kResourceExhausted)) << size;
  }
}

TEST_F(ClaimedSizesTest, TakeNoMoreThanIsAllowedWhereverTheLimitIs) {
  for (const hsize_t size : {256, 320}) {
    ReplaceWithZeros(size * kMiB);
    const absl::Status status = Load();
    if (!status.ok()) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
    }
  }
}

TEST_F(ClaimedSizesTest, AreNotBelievedOfAChunk) {
  constexpr hsize_t kSize = 2000 * kMiB;
  const std::vector<unsigned> values = {2, 2, 1, kMiB, 9, 0};
  ChunkBuffer chunk(SIZE_MAX);
  ASSERT_TRUE(kBloscCodec.compress(values, std::string(kMiB, '\0'), &chunk));
  std::string stored(chunk.data(), chunk.size());
  const uint32_t claimed = kSize;
  stored.replace(4, sizeof(claimed),  // where Blosc has the size
                 reinterpret_cast<const char*>(&claimed), sizeof(claimed));
  Replace(kSize,
          DatasetProperties({kSize}, {9, Complib::kBlosc, false, false},
                            DatasetKind::kArray),
          stored, kSize);
  EXPECT_FALSE(Load().ok());
}

TEST_F(ClaimedSizesTest, AreRefusedByAChunkThatIsMoreThanItShouldBe) {
  Replace(kMiB,
          DatasetProperties({kMiB}, {6, Complib::kZlib, false, false},
                            DatasetKind::kArray),
          DeflatedZeros(1024 * kMiB), kMiB);
  EXPECT_FALSE(Load().ok());
}

}  // namespace
}  // namespace cppet::hdf5
