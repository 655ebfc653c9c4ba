#include "cppet/tools/lib/printable_text.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/utf8.h"

namespace cppet {
namespace {

// The number of bytes of the character at the beginning of `text`; 0 if there
// is none.
size_t CharacterSize(absl::string_view text) {
  for (size_t size = 1; size <= 4 && size <= text.size(); ++size) {
    if (IsValidUtf8(text.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace

std::string OneLine(absl::string_view text, size_t max_characters) {
  std::string out;
  for (const char c : ReplaceInvalidUtf8(text)) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (absl::ascii_iscntrl(c)) {
          absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  if (Utf8Length(out) <= max_characters) return out;
  size_t bytes = 0;
  for (size_t i = 3; i < max_characters; ++i) {
    bytes += CharacterSize(absl::string_view(out).substr(bytes));
  }
  return absl::StrCat(out.substr(0, bytes), "...");
}

std::string LastLines(absl::string_view text, size_t count) {
  std::vector<absl::string_view> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view stripped = absl::StripTrailingAsciiWhitespace(line);
    if (!stripped.empty()) lines.push_back(stripped);
  }
  const auto first = lines.size() > count ? lines.end() - count : lines.begin();
  return absl::StrJoin(first, lines.end(), "\n");
}

}  // namespace cppet
