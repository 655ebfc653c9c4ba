#include "cppet/storage/hdf5/api/checksum.h"

#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

// The values that come with the published algorithm.
TEST(MetadataChecksumTest, IsThatOfTheAlgorithm) {
  EXPECT_EQ(MetadataChecksum(""), 0xdeadbeef);
  EXPECT_EQ(MetadataChecksum("Four score and seven years ago"), 0x17770551);
}

}  // namespace
}  // namespace cppet::hdf5
