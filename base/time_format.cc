#include "cppet/base/time_format.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace cppet {
namespace {

constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr double kMaxDays = 999'999'999;

// Appends `sign` and the last `count` digits of `number`.
void AppendDigits(char sign, int64_t number, int count, std::string* out) {
  out->push_back(sign);
  const size_t end = out->size() + count;
  out->resize(end);
  for (int i = 1; i <= count; ++i) {
    (*out)[end - i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

std::string FormatTimeIn(absl::TimeZone zone, double unix_seconds) {
  const absl::Time earliest = absl::FromCivil(absl::CivilDay(0, 1, 1), zone);
  const absl::Time latest =
      absl::FromCivil(absl::CivilSecond(9999, 12, 31, 23, 59, 59), zone);
  const absl::Time time = std::clamp(
      absl::UnixEpoch() + absl::Seconds(unix_seconds), earliest, latest);
  return absl::FormatTime("%E4Y_%m_%d_%Hh%Mm%Ss", time, zone);
}

}  // namespace

double UnixNow() { return absl::ToUnixNanos(absl::Now()) * 1e-9; }

std::string FormatTime(double unix_seconds) {
  return FormatTimeIn(absl::LocalTimeZone(), unix_seconds);
}

TimeFormatter::TimeFormatter()
    : zone_(absl::LocalTimeZone()),
      second_(std::numeric_limits<double>::quiet_NaN()) {}

const std::string& TimeFormatter::Format(double unix_seconds) {
  const double second = std::floor(unix_seconds);
  if (second != second_) {
    second_ = second;
    text_ = FormatTimeIn(zone_, unix_seconds);
  }
  return text_;
}

std::string FormatDuration(double seconds) {
  if (std::isnan(seconds)) seconds = 0;
  seconds = std::clamp(seconds, -kMaxDays * kSecondsPerDay,
                       kMaxDays * kSecondsPerDay);
  // Whole seconds apart, as they can be too many for microseconds in 64 bits.
  double whole = std::floor(seconds);
  int64_t microseconds =
      std::nearbyint((seconds - whole) * kMicrosecondsPerSecond);
  int64_t total = static_cast<int64_t>(whole);
  if (microseconds == kMicrosecondsPerSecond) {
    microseconds = 0;
    ++total;
  }
  int64_t days = total / kSecondsPerDay;
  int64_t rest = total % kSecondsPerDay;
  if (rest < 0) {
    rest += kSecondsPerDay;
    --days;
  }
  std::string text;
  if (days != 0) {
    absl::StrAppend(&text, days,
                    days == 1 || days == -1 ? " day, " : " days, ");
  }
  absl::StrAppend(&text, rest / 3600);
  AppendDigits(':', rest / 60 % 60, 2, &text);
  AppendDigits(':', rest % 60, 2, &text);
  if (microseconds != 0) AppendDigits('.', microseconds, 6, &text);
  return text;
}

std::string FormatTimestamp(int64_t unix_nanoseconds) {
  if (unix_nanoseconds == std::numeric_limits<int64_t>::min()) return "NaT";
  const absl::Time time = absl::FromUnixNanos(unix_nanoseconds);
  std::string text =
      absl::FormatTime("%E4Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone());
  int64_t fraction = unix_nanoseconds % kNanosecondsPerSecond;
  if (fraction < 0) fraction += kNanosecondsPerSecond;
  if (fraction == 0) return text;
  if (fraction % 1000 == 0) {
    absl::StrAppendFormat(&text, ".%06d", fraction / 1000);
  } else {
    absl::StrAppendFormat(&text, ".%09d", fraction);
  }
  return text;
}

}  // namespace cppet
