#include "cppet/base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet {
namespace {

constexpr size_t kMaxCharacterBytes = 4;

bool IsContinuation(char byte) {
  return (static_cast<uint8_t>(byte) & 0xC0) == 0x80;
}

// Returns the bytes of the character at the start of `text`, 0 if there is no
// well-formed one.
size_t CharacterBytes(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < bytes) return 0;
  const uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (size_t i = 2; i < bytes; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  return bytes;
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  constexpr uint64_t kNotAscii = 0x8080808080808080;
  uint64_t block;
  while (!text.empty()) {
    if (text.size() >= sizeof(block)) {
      std::memcpy(&block, text.data(), sizeof(block));
      if ((block & kNotAscii) == 0) {
        text.remove_prefix(sizeof(block));
        continue;
      }
    }
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string ReplaceInvalidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = text[0] == '\0' ? 0 : CharacterBytes(text);
    if (bytes == 0) {
      out += "\xEF\xBF\xBD";
    } else {
      out.append(text.data(), bytes);
    }
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return out;
}

absl::string_view TruncateUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  // A character is at most four bytes; a longer tail is no UTF-8, so stays.
  const size_t least = end - std::min(end, kMaxCharacterBytes - 1);
  while (end > least && IsContinuation(text[end])) --end;
  return text.substr(0, IsContinuation(text[end]) ? max_bytes : end);
}

size_t Utf8Length(absl::string_view text) {
  return text.size() - std::count_if(text.begin(), text.end(), IsContinuation);
}

void AppendCodePoint(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | code >> 12));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | code >> 18));
    out->push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

uint32_t TakeCodePoint(absl::string_view* text) {
  const auto byte = [text](size_t i) {
    return i < text->size() ? static_cast<unsigned char>((*text)[i]) : 0u;
  };
  const uint32_t first = byte(0);
  const size_t size = first < 0x80   ? 1
                      : first < 0xE0 ? 2
                      : first < 0xF0 ? 3
                                     : 4;
  uint32_t code = size == 1 ? first : first & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3F);
  text->remove_prefix(std::min(size, text->size()));
  return code;
}

}  // namespace cppet
