#include "cppet/trajectory/element_json.h"

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(ElementJsonTest, KeepsNumbersExactly) {
  EXPECT_EQ(ElementJson(true, 0).dump(), "true");
  EXPECT_EQ(ElementJson(int8_t{-128}, 0).dump(), "-128");
  EXPECT_EQ(ElementJson(std::numeric_limits<int64_t>::min(), 0).dump(),
            "-9223372036854775808");
  EXPECT_EQ(ElementJson(std::numeric_limits<uint64_t>::max(), 0).dump(),
            "18446744073709551615");
  EXPECT_EQ(ElementJson(0.1, 0).dump(), "0.1");
  EXPECT_EQ(ElementJson(5.0, 0).dump(), "5.0");
  EXPECT_EQ(ElementJson(1e16, 0).dump(), "1e+16");
  EXPECT_EQ(ElementJson(0.1f, 0).dump(), "0.10000000149011612");
}

TEST(ElementJsonTest, HasTextForWhatJsonDoesNotKnow) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(ElementJson(std::numeric_limits<double>::quiet_NaN(), 0), "nan");
  EXPECT_EQ(ElementJson(infinity, 0), "inf");
  EXPECT_EQ(ElementJson(-infinity, 0), "-inf");
  EXPECT_EQ(ElementJson(std::complex<double>(1.5, -infinity), 0).dump(),
            "[1.5,\"-inf\"]");
  EXPECT_EQ(ElementJson(std::complex<float>(1.5, 2), 0).dump(), "[1.5,2.0]");
  EXPECT_EQ(ElementJson("\xc3\xa4", 0), "\xc3\xa4");
  EXPECT_EQ(ElementJson(Bytes{"a\xff"}, 0).dump(), "{\"hex\":\"61ff\"}");
}

TEST(ElementJsonTest, TakesTheElementAskedFor) {
  EXPECT_EQ(ElementJson(std::vector<int16_t>{1, 2, 3}, 2), 3);
  EXPECT_EQ(ElementJson(std::vector<std::string>{"a", "b"}, 1), "b");
}

}  // namespace
}  // namespace cppet
