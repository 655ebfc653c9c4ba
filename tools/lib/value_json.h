#ifndef CPPET_TOOLS_LIB_VALUE_JSON_H_
#define CPPET_TOOLS_LIB_VALUE_JSON_H_

#include <cstdint>
#include <string>

#include "cppet/trajectory/value.h"
#include "nlohmann/json.hpp"

namespace cppet {

// The longest array or list that is written out in full.
inline constexpr int64_t kMaxJsonElements = 200;

// Returns all there is to know of `value` in Python, for comparison with what
// pypet reads:
//
//   {"type": "float", "value": 1.5}
//   {"type": "bytes", "hex": "00ff", "len": 2}
//   {"type": "list", "len": 2, "items": [{...}, {...}]}
//   {"type": "ndarray", "dtype": "<f8", "dtype_name": "float64",
//    "shape": [2], "size": 2, "first": [1.0, 2.0], "sha1": "...",
//    "all": [1.0, 2.0]}
//
// The first 8 elements of an array are in "first", and all of them, of an array
// of at most kMaxJsonElements, in "all". The SHA-1 is that of its bytes, little
// endian in C order, or of its texts with a NUL between.
// For what is composite, see composite_json.h.
nlohmann::ordered_json ValueJson(const Value& value);

// The same of an array, without its type.
nlohmann::ordered_json ArrayJson(const Value& value);

// numpy's code of the type of the elements: "<f8", "|b1", "<U5".
std::string DTypeCode(const Value& value);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_VALUE_JSON_H_
