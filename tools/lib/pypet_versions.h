#ifndef CPPET_TOOLS_LIB_PYPET_VERSIONS_H_
#define CPPET_TOOLS_LIB_PYPET_VERSIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

// Whom a file has to name as its writer, for pypet to load it without `force`.
struct PypetVersions {
  std::string pypet;   // "0.7.0"
  std::string python;  // "3.11.2"
};

// Returns the versions in `text`, "0.7.0/3.11.2", or for "auto" those of the
// python3 on the PATH and its pypet.
//
// Errors:
//   kInvalidArgument: `text` is neither.
//   kNotFound: there is no python3, or it has no pypet.
absl::StatusOr<PypetVersions> GetPypetVersions(absl::string_view text);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PYPET_VERSIONS_H_
