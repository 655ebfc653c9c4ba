#ifndef CPPET_BASE_TIME_FORMAT_H_
#define CPPET_BASE_TIME_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace cppet {

// Returns the seconds since the Unix epoch, to the microsecond or better.
double UnixNow();

// Returns the time of day in the local time zone, always in 20 characters:
// "2026_11_24_22h10m22s". Years before 0 and after 9999 are cut to those.
std::string FormatTime(double unix_seconds);

// Formats times as FormatTime does, those of one second at once. It keeps the
// time zone that there was when it was made.
class TimeFormatter {
 public:
  TimeFormatter();

  // Valid until the next call.
  const std::string& Format(double unix_seconds);

 private:
  absl::TimeZone zone_;
  double second_;
  std::string text_;
};

// Returns a time span to the microsecond, as Python prints its timedelta:
// "0:00:01", "0:00:00.028833", "1 day, 0:00:01.500000", "-1 day, 23:59:59".
// Spans beyond a timedelta's 999999999 days, and NaN, are cut to that and 0.
std::string FormatDuration(double seconds);

// Returns a time as pandas prints its Timestamp, in UTC: "2020-01-01 00:00:00",
// with as many digits behind the second as it needs, 0, 6 or 9. The least
// int64_t is "NaT", no time.
std::string FormatTimestamp(int64_t unix_nanoseconds);

}  // namespace cppet

#endif  // CPPET_BASE_TIME_FORMAT_H_
