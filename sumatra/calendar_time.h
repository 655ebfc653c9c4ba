#ifndef CPPET_SUMATRA_CALENDAR_TIME_H_
#define CPPET_SUMATRA_CALENDAR_TIME_H_

#include <string>

#include "absl/status/statusor.h"

namespace cppet {

// Sumatra's times are of the first zone from version 0.8 on, before that of the
// second; none says which.
enum class Zone { kUtc, kLocal };

// Returns a time as Sumatra's SQLite store has it: "2026-11-24
// 22:30:57.250000", without the fraction if that is zero.
//
// Errors:
//   kInvalidArgument: it is not from 1970 to 9999.
absl::StatusOr<std::string> StoreTime(double unix_seconds, Zone zone);

// Returns a time in a format of strftime, as Python's datetime does, %f being
// the microseconds.
//
// Errors:
//   kInvalidArgument: it is not from 1970 to 9999, or more than 1000
//   characters.
absl::StatusOr<std::string> FormatCalendarTime(const std::string& format,
                                               double unix_seconds, Zone zone);

}  // namespace cppet

#endif  // CPPET_SUMATRA_CALENDAR_TIME_H_
