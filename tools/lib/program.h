#ifndef CPPET_TOOLS_LIB_PROGRAM_H_
#define CPPET_TOOLS_LIB_PROGRAM_H_

#include <string>

#include "absl/status/status.h"

namespace cppet {

// Checks that `program`, a path if it has a slash, else looked up on PATH, is
// there and can be run.
//
// Errors:
//   kNotFound: there is none.
//   kPermissionDenied: it is not executable.
absl::Status CheckProgram(const std::string& program);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PROGRAM_H_
