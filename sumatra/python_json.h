#ifndef CPPET_SUMATRA_PYTHON_JSON_H_
#define CPPET_SUMATRA_PYTHON_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace cppet {

enum class PythonJsonForm { kOneLine, kIndented };

// Returns what Python's json.dumps(value, sort_keys=True) prints, kIndented
// with indent=4: byte for byte, as Sumatra finds equal parameter sets by their
// text.
//
// Errors:
//   kInvalidArgument: a text is not UTF-8, or there are bytes, which JSON has
//     not.
absl::StatusOr<std::string> PythonJson(const nlohmann::json& value,
                                       PythonJsonForm form);

// Returns what Python's repr prints of `value` (of UTF-8, without bytes), with
// keys in their order: {'root': '/data', 'options': None}.
std::string PythonLiteral(const nlohmann::ordered_json& value);

}  // namespace cppet

#endif  // CPPET_SUMATRA_PYTHON_JSON_H_
