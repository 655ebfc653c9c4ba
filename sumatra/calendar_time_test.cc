#include "cppet/sumatra/calendar_time.h"

#include <cmath>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(StoreTimeTest, HasMicrosecondsUnlessTheyAreZero) {
  EXPECT_THAT(StoreTime(1795645857, Zone::kUtc),
              IsOkAndHolds("2026-11-25 22:30:57"));
  EXPECT_THAT(StoreTime(1795645857.25, Zone::kUtc),
              IsOkAndHolds("2026-11-25 22:30:57.250000"));
  EXPECT_THAT(StoreTime(1795645857.000004, Zone::kUtc),
              IsOkAndHolds("2026-11-25 22:30:57.000004"));
  EXPECT_THAT(StoreTime(1795645856.9999999, Zone::kUtc),
              IsOkAndHolds("2026-11-25 22:30:57"));
}

TEST(StoreTimeTest, KnowsTheLocalZone) {
  setenv("TZ", "Asia/Kolkata", 1);
  EXPECT_THAT(StoreTime(1795645857, Zone::kLocal),
              IsOkAndHolds("2026-11-26 04:00:57"));
  setenv("TZ", "America/New_York", 1);
  EXPECT_THAT(StoreTime(1795645857, Zone::kLocal),
              IsOkAndHolds("2026-11-25 17:30:57"));
  unsetenv("TZ");
}

TEST(StoreTimeTest, RefusesWhatIsNoTime) {
  for (const double seconds : {-1.0, 0.0, 1e12, std::nan(""), HUGE_VAL}) {
    EXPECT_THAT(StoreTime(seconds, Zone::kUtc),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << seconds;
  }
}

TEST(FormatCalendarTimeTest, KnowsPythonsMicroseconds) {
  EXPECT_THAT(
      FormatCalendarTime("%Y%m%d %% %%f %f %", 1795645857.25, Zone::kUtc),
      IsOkAndHolds("20261125 % %f 250000 %"));
  EXPECT_THAT(FormatCalendarTime("", 1795645857, Zone::kUtc), IsOkAndHolds(""));
}

TEST(FormatCalendarTimeTest, RefusesWhatIsTooLong) {
  EXPECT_THAT(
      FormatCalendarTime(std::string(1000, 'x'), 1795645857, Zone::kUtc),
      IsOkAndHolds(std::string(1000, 'x')));
  for (const int size : {1001, 1023, 1024, 5000}) {
    EXPECT_THAT(
        FormatCalendarTime(std::string(size, 'x'), 1795645857, Zone::kUtc),
        StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

}  // namespace
}  // namespace cppet
