#ifndef CPPET_TOOLS_LIB_LITERAL_H_
#define CPPET_TOOLS_LIB_LITERAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A value that somebody typed.
struct Literal {
  Value value;
  // A scalar as it was typed, but without quotes; empty for lists.
  std::string text;
  // Where in a file, counted from 1; 0 if it is from none.
  int line = 0;
  int column = 0;
};

// Returns what `text` without quotes stands for in YAML: 5 and 0x1f are ints,
// 5.0, 1e-3, .inf and .nan floats, true and false bools, all else is a string.
//
// Errors:
//   kInvalidArgument: a number that no int64_t or double holds.
absl::StatusOr<Literal> PlainLiteral(absl::string_view text);

// Returns the value of `literal` for a parameter with values like `model`: an
// int is taken as a float where those are floats, and any scalar as the text
// that it is where those are strings. Lists may differ in length.
//
//   FitLiteral(*PlainLiteral("5"), 0.5);      // 5.0
//   FitLiteral(*PlainLiteral("5"), "label");  // "5"
//
// Errors:
//   kInvalidArgument: it is of another type; says of which, and what to do.
absl::StatusOr<Value> FitLiteral(const Literal& literal, const Value& model);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_LITERAL_H_
