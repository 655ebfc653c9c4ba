#ifndef CPPET_BASE_STATUS_PREFIX_H_
#define CPPET_BASE_STATUS_PREFIX_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cppet {

// Says in an error what it is about: returns `status` with "`what`: " before
// its message. OK stays OK.
//
//   return WithPrefix("parameters.x", status);
inline absl::Status WithPrefix(absl::string_view what,
                               const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(what, ": ", status.message()));
}

}  // namespace cppet

#endif  // CPPET_BASE_STATUS_PREFIX_H_
