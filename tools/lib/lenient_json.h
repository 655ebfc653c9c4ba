#ifndef CPPET_TOOLS_LIB_LENIENT_JSON_H_
#define CPPET_TOOLS_LIB_LENIENT_JSON_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace cppet {

// Goes through `text`, JSON in which NaN, Infinity and -Infinity are floats,
// as Python and Google Benchmark write them, and calls `handler` with what is
// there. Ends, with OK, when `handler` returns false. Its parse_error is never
// called.
//
// Errors:
//   kInvalidArgument: it is no JSON, or a float is too large; says at which
//     line and column.
absl::Status ParseLenientJson(absl::string_view text,
                              nlohmann::json_sax<nlohmann::json>* handler);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_LENIENT_JSON_H_
