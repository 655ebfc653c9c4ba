#ifndef CPPET_TOOLS_LIB_YAML_LITERAL_H_
#define CPPET_TOOLS_LIB_YAML_LITERAL_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/tools/lib/literal.h"
#include "yaml-cpp/yaml.h"

namespace cppet {

// Returns the value of a YAML scalar or list: a plain scalar as PlainLiteral
// has it, a quoted one as text, a list of scalars as a list, and nested lists
// as an array.
//
// Errors:
//   kInvalidArgument: it is null, a map or an empty list, a number is out of
//     range, or the lists are ragged or mixed.
absl::StatusOr<Literal> ReadLiteral(const YAML::Node& node);

// The same for `text` on a command line, where only what begins with a bracket
// or a quote is YAML and all else a plain scalar.
//
//   ParseLiteral("[1, 2.5]")  // a list of floats
//   ParseLiteral("a: b")      // a text
absl::StatusOr<Literal> ParseLiteral(absl::string_view text);

// The same for some of them with commas between.
absl::StatusOr<std::vector<Literal>> ParseLiterals(absl::string_view text);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_YAML_LITERAL_H_
