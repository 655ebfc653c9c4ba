#ifndef CPPET_BASE_SHA1_H_
#define CPPET_BASE_SHA1_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// Returns the SHA-1 digest of `data` as 40 lower case hexadecimal digits.
std::string Sha1Hex(absl::string_view data);

}  // namespace cppet

#endif  // CPPET_BASE_SHA1_H_
