#ifndef CPPET_STORAGE_NAME_AT_H_
#define CPPET_STORAGE_NAME_AT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cppet {

// The one of `names` at the place `index`, counted from the end if negative:
// -1 is the last one.
//
// Errors:
//   kNotFound: there are not so many.
absl::StatusOr<std::string> NameAt(const std::vector<std::string>& names,
                                   int64_t index);

}  // namespace cppet

#endif  // CPPET_STORAGE_NAME_AT_H_
