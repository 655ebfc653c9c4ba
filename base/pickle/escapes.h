#ifndef CPPET_BASE_PICKLE_ESCAPES_H_
#define CPPET_BASE_PICKLE_ESCAPES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::pickle {

// Returns `bytes` if they are UTF-8.
//
// Errors:
//   kUnimplemented: it is text with half a surrogate pair, which Python allows.
//   kDataLoss: it is something else.
absl::StatusOr<std::string> CheckedUtf8(absl::string_view bytes);

// Returns the UTF-8 text whose line in a pickle is `line`: Latin-1, in which
// \uXXXX and \UXXXXXXXX stand for other characters. Errors as CheckedUtf8.
absl::StatusOr<std::string> UnescapeText(absl::string_view line);

// Returns the line of ASCII for UTF-8 text.
std::string EscapeText(absl::string_view utf8);

// Returns the bytes whose quoted line, as of Python 2's repr, is `line`.
//
// Errors:
//   kDataLoss: it is no such line.
absl::StatusOr<std::string> UnquoteBytes(absl::string_view line);

// Returns the UTF-8 text whose characters are the numbers of `bytes`.
std::string Latin1ToUtf8(absl::string_view bytes);

// Returns the bytes that are the numbers of the characters in `utf8`.
//
// Errors:
//   kDataLoss: a number is above 255.
absl::StatusOr<std::string> Utf8ToLatin1(absl::string_view utf8);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_ESCAPES_H_
