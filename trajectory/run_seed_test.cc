#include "cppet/trajectory/run_seed.h"

#include <set>

#include "gtest/gtest.h"

namespace cppet {
namespace {

// The numbers that SplitMix64 has from the states 0 and 1234567.
TEST(RunSeedTest, IsTheSequenceOfSplitMix64) {
  EXPECT_EQ(RunSeed(0, 0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(RunSeed(0, 1), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(RunSeed(0, 2), 0x06c45d188009454fu);
  EXPECT_EQ(RunSeed(1234567, 0), 6457827717110365317u);
  EXPECT_EQ(RunSeed(1234567, 1), 3203168211198807973u);
  EXPECT_EQ(RunSeed(1234567, 4), 16408922859458223821u);
}

TEST(RunSeedTest, DiffersInAllRuns) {
  std::set<uint64_t> seeds;
  for (int64_t i = 0; i < 10000; ++i) seeds.insert(RunSeed(42, i));
  EXPECT_EQ(seeds.size(), 10000);
}

}  // namespace
}  // namespace cppet
