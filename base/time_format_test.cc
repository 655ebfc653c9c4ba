#include "cppet/base/time_format.h"

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace cppet {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string LocalTime(time_t unix_seconds) {
  std::tm fields;
  localtime_r(&unix_seconds, &fields);
  char text[64];
  strftime(text, sizeof(text), "%Y_%m_%d_%Hh%Mm%Ss", &fields);
  return text;
}

TEST(UnixNowTest, AgreesWithTheSystemClock) {
  EXPECT_NEAR(UnixNow(), static_cast<double>(time(nullptr)), 5);
}

TEST(FormatTimeTest, IsLocalTime) {
  EXPECT_EQ(FormatTime(1795558222.7), LocalTime(1795558222));
  EXPECT_EQ(FormatTime(1780000000), LocalTime(1780000000));
}

TEST(FormatTimeTest, HasAlwaysTwentyCharacters) {
  for (double seconds : {0.0, -1.0, 1e10, 1e15, -1e15, kInfinity, -kInfinity}) {
    EXPECT_EQ(FormatTime(seconds).size(), 20) << FormatTime(seconds);
  }
}

// What Python 3 prints for str(datetime.timedelta(seconds=...)).
TEST(FormatDurationTest, AgreesWithPython) {
  EXPECT_EQ(FormatDuration(0), "0:00:00");
  EXPECT_EQ(FormatDuration(0.028833), "0:00:00.028833");
  EXPECT_EQ(FormatDuration(1), "0:00:01");
  EXPECT_EQ(FormatDuration(59.9999996), "0:01:00");
  EXPECT_EQ(FormatDuration(3661.5), "1:01:01.500000");
  EXPECT_EQ(FormatDuration(86399), "23:59:59");
  EXPECT_EQ(FormatDuration(86401.5), "1 day, 0:00:01.500000");
  EXPECT_EQ(FormatDuration(2 * 86400 + 3600), "2 days, 1:00:00");
  EXPECT_EQ(FormatDuration(-1), "-1 day, 23:59:59");
  EXPECT_EQ(FormatDuration(-86401.25), "-2 days, 23:59:58.750000");
}

TEST(FormatDurationTest, CutsWhatATimedeltaCannotHold) {
  EXPECT_EQ(FormatDuration(kInfinity), "999999999 days, 0:00:00");
  EXPECT_EQ(FormatDuration(-kInfinity), "-999999999 days, 0:00:00");
  EXPECT_EQ(FormatDuration(kNan), "0:00:00");
}

TEST(FormatTimestampTest, HasTheDigitsThatItNeeds) {
  EXPECT_EQ(FormatTimestamp(0), "1970-01-01 00:00:00");
  EXPECT_EQ(FormatTimestamp(1577836800'000000000), "2020-01-01 00:00:00");
  EXPECT_EQ(FormatTimestamp(1'500'000'000), "1970-01-01 00:00:01.500000");
  EXPECT_EQ(FormatTimestamp(1), "1970-01-01 00:00:00.000000001");
  EXPECT_EQ(FormatTimestamp(-1), "1969-12-31 23:59:59.999999999");
  EXPECT_EQ(FormatTimestamp(std::numeric_limits<int64_t>::max()),
            "2262-04-11 23:47:16.854775807");
  EXPECT_EQ(FormatTimestamp(std::numeric_limits<int64_t>::min()), "NaT");
}

}  // namespace
}  // namespace cppet
