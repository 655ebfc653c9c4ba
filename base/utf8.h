#ifndef CPPET_BASE_UTF8_H_
#define CPPET_BASE_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace cppet {

// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates,
// nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view text);

// Returns the longest beginning of `text` of at most `max_bytes` that does not
// end inside of a character.
absl::string_view TruncateUtf8(absl::string_view text, size_t max_bytes);

// Returns the number of code points in `text`, which is UTF-8. (In anything
// else, all bytes count that do not continue a character.)
size_t Utf8Length(absl::string_view text);

}  // namespace cppet

#endif  // CPPET_BASE_UTF8_H_
