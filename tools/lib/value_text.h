#ifndef CPPET_TOOLS_LIB_VALUE_TEXT_H_
#define CPPET_TOOLS_LIB_VALUE_TEXT_H_

#include <string>

#include "cppet/trajectory/value.h"
#include "nlohmann/json.hpp"

namespace cppet {

// Returns `value` in the JSON that a program expects: numbers, true, "text",
// nested lists. The floats that JSON does not know are "nan", "inf" and "-inf",
// a complex number is the list of its two parts, bytes are hexadecimal, and
// what is composite is the text of Python's repr.
nlohmann::ordered_json PlainJson(const Value& value);

// Returns `value` as an argument of a program: 0.1, 5.0, true, a text as it is,
// a list or array as JSON, what is composite as Python's repr.
std::string ArgumentText(const Value& value);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_VALUE_TEXT_H_
