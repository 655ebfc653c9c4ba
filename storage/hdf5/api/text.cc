#include "cppet/storage/hdf5/api/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/utf8.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kLongestCharacter = 4;

// Bytes of the character at the front of `text`; 0 if that is none.
size_t CharacterSize(absl::string_view text) {
  for (size_t size = 1; size <= std::min(kLongestCharacter, text.size());
       ++size) {
    if (IsValidUtf8(text.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace

absl::string_view WithoutTrailingNuls(absl::string_view text) {
  // Cells of tables are mostly NULs: several at a time.
  uint64_t block;
  while (text.size() >= sizeof(block)) {
    std::memcpy(&block, text.data() + text.size() - sizeof(block),
                sizeof(block));
    if (block != 0) break;
    text.remove_suffix(sizeof(block));
  }
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  return text;
}

std::string FitText(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  constexpr absl::string_view kEllipsis = "...";
  return absl::StrCat(TruncateUtf8(text, max_bytes - kEllipsis.size()),
                      kEllipsis);
}

std::string CleanUtf8(absl::string_view text) {
  if (IsValidUtf8(text)) return std::string(text);
  std::string clean;
  while (!text.empty()) {
    const size_t size = CharacterSize(text);
    if (size == 0) {
      clean.push_back('?');
      text.remove_prefix(1);
    } else {
      absl::StrAppend(&clean, text.substr(0, size));
      text.remove_prefix(size);
    }
  }
  return clean;
}

}  // namespace cppet::hdf5
