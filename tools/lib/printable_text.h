#ifndef CPPET_TOOLS_LIB_PRINTABLE_TEXT_H_
#define CPPET_TOOLS_LIB_PRINTABLE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet {

// Returns `text` on one line without tabs or control characters, which become
// \n, \t, \x1b, and cut to `max_characters` with "..." at the end.
std::string OneLine(absl::string_view text, size_t max_characters);

// The last `count` lines of `text` that are not blank, with "\n" between.
std::string LastLines(absl::string_view text, size_t count);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PRINTABLE_TEXT_H_
