#include "cppet/sumatra/calendar_time.h"

#include <cmath>
#include <cstdint>
#include <ctime>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

constexpr double kFirst = 86400;        // a day of 1970 in all zones
constexpr double kLast = 253402214400;  // one of 9999 in all zones

struct Calendar {
  std::tm fields;
  int microseconds;
};

absl::StatusOr<Calendar> ToCalendar(double unix_seconds, Zone zone) {
  if (!(unix_seconds >= kFirst && unix_seconds <= kLast)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the time ", unix_seconds, " is not from 1970 to 9999"));
  }
  // Python rounds halves to even as well.
  const double whole = std::floor(unix_seconds);
  int64_t microseconds = std::lrint((unix_seconds - whole) * 1e6);
  time_t seconds = static_cast<time_t>(whole);
  if (microseconds == 1'000'000) {
    ++seconds;
    microseconds = 0;
  }
  Calendar calendar = {{}, static_cast<int>(microseconds)};
  if (zone == Zone::kUtc) {
    gmtime_r(&seconds, &calendar.fields);
  } else {
    tzset();
    localtime_r(&seconds, &calendar.fields);
  }
  return calendar;
}

std::string Format(const std::string& format, const std::tm& fields) {
  char text[1024];
  // A format may be of nothing, which would look like a text that is too long.
  const size_t size =
      strftime(text, sizeof(text), absl::StrCat(format, "|").c_str(), &fields);
  return std::string(text, size);
}

}  // namespace

absl::StatusOr<std::string> StoreTime(double unix_seconds, Zone zone) {
  CPPET_ASSIGN_OR_RETURN(const Calendar calendar,
                         ToCalendar(unix_seconds, zone));
  std::string text = Format("%Y-%m-%d %H:%M:%S", calendar.fields);
  text.pop_back();
  if (calendar.microseconds != 0) {
    absl::StrAppendFormat(&text, ".%06d", calendar.microseconds);
  }
  return text;
}

absl::StatusOr<std::string> FormatCalendarTime(const std::string& format,
                                               double unix_seconds, Zone zone) {
  CPPET_ASSIGN_OR_RETURN(const Calendar calendar,
                         ToCalendar(unix_seconds, zone));
  std::string with_fraction;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      with_fraction += format[i];
    } else if (format[++i] == 'f') {
      absl::StrAppendFormat(&with_fraction, "%06d", calendar.microseconds);
    } else {
      absl::StrAppend(&with_fraction, "%", format.substr(i, 1));
    }
  }
  std::string text = Format(with_fraction, calendar.fields);
  if (text.empty() || text.size() > 1001) {
    return absl::InvalidArgumentError(
        absl::StrCat("the time format of ", format.size(),
                     " characters gives more than 1000"));
  }
  text.pop_back();
  return text;
}

}  // namespace cppet
