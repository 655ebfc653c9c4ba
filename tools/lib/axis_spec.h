#ifndef CPPET_TOOLS_LIB_AXIS_SPEC_H_
#define CPPET_TOOLS_LIB_AXIS_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/tools/lib/literal.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// What somebody typed to explore one parameter.
struct AxisSpec {
  enum class Kind {
    kValues,
    kLinspace,  // start, stop (included), count
    kLogspace,  // the same of the exponents of 10
    kRange,     // start, stop (excluded), step
  };

  std::string parameter;  // full name or shortcut
  Kind kind = Kind::kValues;
  std::vector<Literal> values;  // three numbers but for kValues
  // For messages: "fi.yaml:3:5: explore.I" or "--explore=I=1,2".
  std::string where;
  // The file that has `values`, if it is none that `where` names.
  std::string values_file;
};

// Returns the axis that a flag --explore=`text` stands for: NAME=1,2,3 or
// NAME=START:STOP:COUNT, which is a linspace.
//
// Errors:
//   kInvalidArgument: it is neither; says why.
absl::StatusOr<AxisSpec> ParseAxisFlag(absl::string_view text);

// Returns the values of `axis` for a parameter with values like `model`. All
// kinds but kValues are of floats, for int parameters of ints if all are whole.
//
// Errors:
//   kInvalidArgument: with `axis.where` and the reason.
absl::StatusOr<Range> MakeRange(const AxisSpec& axis, const Value& model);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_AXIS_SPEC_H_
