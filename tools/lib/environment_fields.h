#ifndef CPPET_TOOLS_LIB_ENVIRONMENT_FIELDS_H_
#define CPPET_TOOLS_LIB_ENVIRONMENT_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/options.h"
#include "cppet/tools/lib/literal.h"

namespace cppet {

// Sets the field `name` of `options`, or `jobs`, which stands for `ncores` and
// `multiproc`.
//
// Errors:
//   kNotFound: there is no such field; a near name is suggested.
//   kInvalidArgument: it cannot have this value; says which it can have.
absl::Status SetEnvironmentField(absl::string_view name, const Literal& literal,
                                 EnvironmentOptions& options);

// Sets the values of one variable in `options.resource_slots`.
//
// Errors:
//   kInvalidArgument: `literal` is no list of texts or whole numbers.
absl::Status SetResourceSlots(absl::string_view variable,
                              const Literal& literal,
                              EnvironmentOptions& options);

// The names of all fields that can be set, in alphabetical order.
std::vector<std::string> EnvironmentFieldNames();

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_ENVIRONMENT_FIELDS_H_
