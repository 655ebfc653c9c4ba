#include "cppet/base/sha1.h"

#include <string>

#include "gtest/gtest.h"

namespace cppet {
namespace {

// The examples of FIPS 180-1.
TEST(Sha1HexTest, AgreesWithTheStandard) {
  EXPECT_EQ(Sha1Hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Sha1Hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Sha1Hex(std::string(1000000, 'a')),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1HexTest, TakesBytesOfAllValues) {
  EXPECT_NE(Sha1Hex(std::string("a\0b", 3)), Sha1Hex(std::string("a\0c", 3)));
}

}  // namespace
}  // namespace cppet
