#ifndef CPPET_BASE_UTF8_H_
#define CPPET_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates,
// nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view text);

// Returns `text` with U+FFFD in place of each byte that is no part of UTF-8,
// and of NUL.
std::string ReplaceInvalidUtf8(absl::string_view text);

// Returns the longest beginning of `text` of at most `max_bytes` that does not
// end inside of a character.
absl::string_view TruncateUtf8(absl::string_view text, size_t max_bytes);

// Returns the number of code points in `text`, which is UTF-8. (In anything
// else, all bytes count that do not continue a character.)
size_t Utf8Length(absl::string_view text);

// Appends the code point `code` to `out` as UTF-8.
void AppendCodePoint(uint32_t code, std::string* out);

// Removes the code point at the front of `text`, which is UTF-8 and not empty,
// and returns it.
uint32_t TakeCodePoint(absl::string_view* text);

}  // namespace cppet

#endif  // CPPET_BASE_UTF8_H_
