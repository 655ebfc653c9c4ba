#ifndef CPPET_TOOLS_LIB_WHERE_H_
#define CPPET_TOOLS_LIB_WHERE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A condition on the columns of a table:
//
//   neuron.I > 0.5 && (status == "completed" || !(idx < 10))
//
// There are ==, !=, <, <=, >, >=, &&, ||, ! and parentheses, numbers, texts in
// single or double quotes, true, false, and columns by name or by the last part
// of a name that no other has.
class Where {
 public:
  // The value of a column in the row in question; nothing if it has none.
  using Row = std::function<std::optional<Value>(size_t column)>;

  // Errors:
  //   kInvalidArgument: with the position, counted from 1, and what is wrong
  //     there; a near name for an unknown one.
  static absl::StatusOr<Where> Parse(absl::string_view text,
                                     absl::Span<const std::string> columns);

  Where(Where&&);
  Where& operator=(Where&&);
  ~Where();

  // Whether the condition holds. A comparison with a column that has no value
  // in this row does not.
  //
  // Errors:
  //   kInvalidArgument: values are compared that cannot be, or what is no bool
  //     is taken for one; with the position.
  absl::StatusOr<bool> Matches(const Row& row) const;

 private:
  struct Expression;
  class Parser;

  explicit Where(std::unique_ptr<const Expression> expression);

  static absl::StatusOr<std::optional<Value>> Evaluate(const Expression& e,
                                                       const Row& row);
  static absl::StatusOr<bool> EvaluateBool(const Expression& e, const Row& row);

  std::unique_ptr<const Expression> expression_;
};

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_WHERE_H_
