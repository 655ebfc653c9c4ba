#ifndef CPPET_TRAJECTORY_FITTING_H_
#define CPPET_TRAJECTORY_FITTING_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A parameter keeps its type. These return `value`, or all values of `range`,
// in the type of `model`, the present value of the parameter `name`. Arrays and
// lists may have other shapes. Python has one int, so an int64_t may stand for
// an int32_t that it fits.
//
// Errors:
//   kInvalidArgument: a value is of another type; both types are named.
absl::StatusOr<Value> FitValue(absl::string_view name, const Value& model,
                               const Value& value);
absl::StatusOr<Range> FitRange(absl::string_view name, const Value& model,
                               const Range& range);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_FITTING_H_
