#ifndef CPPET_TOOLS_LIB_RESULTS_JSON_H_
#define CPPET_TOOLS_LIB_RESULTS_JSON_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

struct JsonResults {
  // In the order of the text; names have the keys of outer objects before them.
  std::vector<std::pair<std::string, Value>> results;
  // What was left out since it is null.
  std::vector<std::string> nulls;
};

// Reads the results of a program: a JSON object in which numbers, booleans and
// strings are results, rectangular lists of them arrays, and objects groups.
// NaN, Infinity and -Infinity are floats, as Python writes them.
//
//   {"rate": 12.5, "spikes": {"times": [0.1, 0.2], "count": 2}}
//
// has the results rate, spikes.times and spikes.count.
//
// Errors:
//   kInvalidArgument: with line and column if it is no JSON, else with the name
//     of the result: a key is no name, an array is ragged or mixed, an integer
//     has more than 64 bits, or a key comes twice.
absl::StatusOr<JsonResults> ParseJsonResults(absl::string_view json);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_RESULTS_JSON_H_
