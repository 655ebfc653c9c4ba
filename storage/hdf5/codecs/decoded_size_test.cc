#include "cppet/storage/hdf5/codecs/decoded_size.h"

#include <cstdint>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

TEST(DecodedSizeTest, IsAnythingUpToWhatTheCodecCanDo) {
  const DecodedSize allowed = AllowedDecodedSize(1000, 256);
  EXPECT_EQ(allowed.least, 1);
  EXPECT_THAT(allowed.most, AllOf(Ge(256000), Le(257000)));
}

TEST(DecodedSizeTest, IsThatOfAChunkIfItIsKnown) {
  const ChunkSizeScope scope(4096);
  const DecodedSize allowed = AllowedDecodedSize(1000, 256);
  EXPECT_EQ(allowed.least, 4096);
  // A checksum may follow.
  EXPECT_EQ(allowed.most, 4100);
  EXPECT_THAT(AllowedDecodedSize(1, 256).most, Le(400));
  {
    const ChunkSizeScope inner(0);
    EXPECT_EQ(AllowedDecodedSize(1000, 256).least, 1);
  }
  EXPECT_EQ(AllowedDecodedSize(1000, 256).least, 4096);
}

TEST(DecodedSizeTest, IsThatOfTheLargestChunkAtMost) {
  EXPECT_EQ(AllowedDecodedSize(SIZE_MAX, 2'000'000).most,
            std::numeric_limits<uint32_t>::max());
  EXPECT_EQ(AllowedDecodedSize(1 << 20, 2'000'000).most,
            std::numeric_limits<uint32_t>::max());
}

}  // namespace
}  // namespace cppet::hdf5
