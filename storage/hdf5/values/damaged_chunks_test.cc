// Chunks that say what is not true give errors.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Values;

Value Numbers(int size) {
  std::vector<int32_t> numbers(size);
  for (int i = 0; i < size; ++i) numbers[i] = i * i / 7;
  return numbers;
}

class DamagedChunksTest : public ::testing::TestWithParam<Complib> {
 protected:
  // Writes `value` with these filters, in one chunk.
  void Write(const std::string& name, const Value& value, bool fletcher32) {
    ASSERT_THAT(
        WriteItem(file_.root(), name, value, {9, GetParam(), true, fletcher32}),
        IsOk());
  }

  Handle Open(const std::string& name) {
    return Handle(H5Dopen2(file_.root(), name.c_str(), H5P_DEFAULT));
  }

  std::string ReadChunk(const std::string& name) {
    const Handle dataset = Open(name);
    const hsize_t start = 0;
    hsize_t size = 0;
    uint32_t mask = 0;
    EXPECT_GE(H5Dget_chunk_storage_size(dataset.get(), &start, &size), 0);
    std::string chunk(size, '\0');
    EXPECT_GE(
        H5Dread_chunk(dataset.get(), H5P_DEFAULT, &start, &mask, chunk.data()),
        0);
    EXPECT_EQ(mask, 0) << "it is not compressed";
    return chunk;
  }

  void WriteChunk(const std::string& name, const std::string& chunk) {
    const Handle dataset = Open(name);
    const hsize_t start = 0;
    ASSERT_GE(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &start,
                             chunk.size(), chunk.data()),
              0);
  }

  ScratchFile file_;
};

TEST_P(DamagedChunksTest, AChecksumFindsWrongBits) {
  const Value numbers = Numbers(5000);
  Write("data", numbers, /*fletcher32=*/true);
  const std::string chunk = ReadChunk("data");
  std::mt19937 random(1);
  int errors = 0;
  for (int i = 0; i < 200; ++i) {
    std::string damaged = chunk;
    damaged[random() % (i % 2 == 0 ? chunk.size() : 40)] ^= 1 << random() % 8;
    WriteChunk("data", damaged);
    const auto read = ReadItem(Open("data"));
    // Some bits of some codecs mean nothing.
    EXPECT_THAT(
        read, AnyOf(IsOkAndHolds(numbers), StatusIs(absl::StatusCode::kDataLoss,
                                                    HasSubstr("/data: "))));
    if (!read.ok()) ++errors;
  }
  EXPECT_THAT(errors, Ge(180));
  WriteChunk("data", chunk);
  EXPECT_THAT(ReadItem(Open("data")), IsOkAndHolds(numbers));
}

TEST_P(DamagedChunksTest, WrongBitsWithoutAChecksumAreSurvived) {
  const Value numbers = Numbers(5000);
  Write("data", numbers, /*fletcher32=*/false);
  const std::string chunk = ReadChunk("data");
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = chunk;
    damaged[random() % (i % 2 == 0 ? chunk.size() : 40)] ^= 1 << random() % 8;
    WriteChunk("data", damaged);
    const auto read = ReadItem(Open("data"));
    if (!read.ok()) {
      EXPECT_THAT(read, StatusIs(absl::StatusCode::kDataLoss));
    } else {
      EXPECT_EQ(read->size(), 5000);
    }
  }
}

TEST_P(DamagedChunksTest, AnEndThatIsMissingIsFound) {
  Write("data", Numbers(5000), /*fletcher32=*/false);
  const std::string chunk = ReadChunk("data");
  for (size_t size = 1; size < chunk.size(); size += 61) {
    WriteChunk("data", chunk.substr(0, size));
    EXPECT_THAT(ReadItem(Open("data")),
                StatusIs(absl::StatusCode::kDataLoss,
                         AllOf(HasSubstr("/data"), HasSubstr("damaged"))));
  }
}

TEST_P(DamagedChunksTest, ADecodedChunkHasTheSizeOfAChunk) {
  Write("data", Numbers(5000), /*fletcher32=*/false);
  Write("short", Numbers(4000), /*fletcher32=*/false);
  Write("long", Numbers(6000), /*fletcher32=*/false);
  for (const char* other : {"short", "long"}) {
    WriteChunk("data", ReadChunk(other));
    EXPECT_THAT(ReadItem(Open("data")),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("damaged")))
        << other;
  }
}

INSTANTIATE_TEST_SUITE_P(All, DamagedChunksTest,
                         Values(Complib::kLzo, Complib::kBzip2, Complib::kBlosc,
                                Complib::kBloscLz4, Complib::kBloscZlib,
                                Complib::kBloscZstd));

}  // namespace
}  // namespace cppet::hdf5
