#include "cppet/base/pickle/integer.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::pickle {
namespace {

using ::testing::Optional;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

TEST(IntegerTest, KeepsAsFewBytesAsHoldIt) {
  EXPECT_EQ(Integer(0).bytes(), "");
  EXPECT_EQ(Integer(1).bytes(), "\x01");
  EXPECT_EQ(Integer(-1).bytes(), "\xFF");
  EXPECT_EQ(Integer(127).bytes(), "\x7F");
  EXPECT_EQ(Integer(128).bytes(), std::string("\x80\0", 2));
  EXPECT_EQ(Integer(-128).bytes(), "\x80");
  EXPECT_EQ(Integer(-129).bytes(), "\x7F\xFF");
  EXPECT_EQ(Integer::FromBytes(std::string("\x80\0\0\0", 4)), Integer(128));
  EXPECT_EQ(Integer::FromBytes("\x80\xFF\xFF"), Integer(-128));
}

TEST(IntegerTest, TellsWhatFits) {
  for (const int64_t value : {kLeast, int64_t{-1}, int64_t{0}, kMost}) {
    EXPECT_THAT(Integer(value).ToInt64(), Optional(value));
  }
  EXPECT_EQ(Integer::FromDecimal("9223372036854775808")->ToInt64(),
            std::nullopt);
  EXPECT_THAT(Integer::FromDecimal("18446744073709551615")->ToUint64(),
              Optional(std::numeric_limits<uint64_t>::max()));
  EXPECT_EQ(Integer::FromDecimal("18446744073709551616")->ToUint64(),
            std::nullopt);
  EXPECT_EQ(Integer(-1).ToUint64(), std::nullopt);
  EXPECT_THAT(Integer::FromUint64(uint64_t{1} << 63).ToUint64(),
              Optional(uint64_t{1} << 63));
}

TEST(IntegerTest, IsWrittenAsItIsRead) {
  for (const std::string text :
       {"0", "7", "-7", "999999999", "1000000000", "4294967296", "-4294967296",
        "-9223372036854775808", "18446744073709551616",
        "-340282366920938463463374607431768211456",
        "100000000000000000000000000000000000000000000000000000000001"}) {
    EXPECT_EQ(Integer::FromDecimal(text)->ToDecimal(), text);
  }
  EXPECT_EQ(Integer::FromDecimal("-000")->ToDecimal(), "0");
  EXPECT_EQ(Integer::FromDecimal("+01")->ToDecimal(), "1");
}

TEST(IntegerTest, WritesHexadecimalDigits) {
  EXPECT_EQ(Integer(0).ToHex(), "0x0");
  EXPECT_EQ(Integer(-255).ToHex(), "-0xff");
  EXPECT_EQ(Integer::FromDecimal("18446744073709551616")->ToHex(),
            "0x10000000000000000");
}

TEST(IntegerTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "+-1", "1 ", "0x1", "1L", "1_0"}) {
    EXPECT_EQ(Integer::FromDecimal(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cppet::pickle
