#ifndef CPPET_TRAJECTORY_ELEMENT_JSON_H_
#define CPPET_TRAJECTORY_ELEMENT_JSON_H_

#include <cstdint>

#include "cppet/trajectory/value.h"
#include "nlohmann/json.hpp"

namespace cppet {

// Returns the element `i` of `value` (of a scalar, 0) in JSON, exactly: a
// float that JSON does not know as "nan", "inf" or "-inf", a complex number as
// [real, imaginary], bytes as {"hex": "..."}, a time as
// "Timestamp('2020-01-01 00:00:00')".
nlohmann::ordered_json ElementJson(const Value& value, int64_t i);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_ELEMENT_JSON_H_
