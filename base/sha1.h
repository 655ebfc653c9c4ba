#ifndef CPPET_BASE_SHA1_H_
#define CPPET_BASE_SHA1_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

// Returns the SHA-1 digest of `data` as 40 lower case hexadecimal digits.
std::string Sha1Hex(absl::string_view data);

// Returns that of what is in the file `path`, which may be larger than memory.
//
// Errors, with the path in the message: as the system's.
absl::StatusOr<std::string> Sha1HexOfFile(const std::string& path);

}  // namespace cppet

#endif  // CPPET_BASE_SHA1_H_
