#include "cppet/base/pickle/escapes.h"

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "cppet/base/pickle/input.h"
#include "cppet/base/utf8.h"

namespace cppet::pickle {
namespace {

bool IsSurrogate(uint32_t code) { return code >= 0xD800 && code < 0xE000; }

absl::Status HasSurrogate() {
  return absl::UnimplementedError(
      "a pickled str with half a surrogate pair cannot be read");
}

// The number in the hexadecimal digits at the front of `line`.
absl::StatusOr<uint32_t> TakeHex(size_t digits, absl::string_view* line) {
  uint32_t code = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (i >= line->size() || !absl::ascii_isxdigit((*line)[i])) {
      return Broken("an escape lacks digits");
    }
    const char digit = absl::ascii_tolower((*line)[i]);
    code = code << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  line->remove_prefix(digits);
  return code;
}

// One to three octal digits.
char TakeOctal(absl::string_view* line) {
  uint32_t code = 0;
  for (int i = 0;
       i < 3 && !line->empty() && line->front() >= '0' && line->front() <= '7';
       ++i) {
    code = code * 8 + (line->front() - '0');
    line->remove_prefix(1);
  }
  return static_cast<char>(code);
}

// What stands after a backslash in quoted bytes.
absl::Status TakeEscape(absl::string_view* line, std::string* bytes) {
  if (line->empty()) return Broken("a string ends with a backslash");
  const char letter = line->front();
  if (letter >= '0' && letter <= '7') {
    bytes->push_back(TakeOctal(line));
    return absl::OkStatus();
  }
  line->remove_prefix(1);
  switch (letter) {
    case 'x': {
      const absl::StatusOr<uint32_t> code = TakeHex(2, line);
      if (!code.ok()) return code.status();
      bytes->push_back(static_cast<char>(*code));
      break;
    }
    case '\\':
    case '\'':
    case '"':
      bytes->push_back(letter);
      break;
    case 'a':
      bytes->push_back('\a');
      break;
    case 'b':
      bytes->push_back('\b');
      break;
    case 'f':
      bytes->push_back('\f');
      break;
    case 'n':
      bytes->push_back('\n');
      break;
    case 'r':
      bytes->push_back('\r');
      break;
    case 't':
      bytes->push_back('\t');
      break;
    case 'v':
      bytes->push_back('\v');
      break;
    default:
      bytes->push_back('\\');
      bytes->push_back(letter);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CheckedUtf8(absl::string_view bytes) {
  if (IsValidUtf8(bytes)) return std::string(bytes);
  std::string others;
  bool has_surrogate = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i + 2 < bytes.size() && bytes[i] == '\xED' &&
        (static_cast<uint8_t>(bytes[i + 1]) & 0xE0) == 0xA0 &&
        (static_cast<uint8_t>(bytes[i + 2]) & 0xC0) == 0x80) {
      has_surrogate = true;
      i += 2;
    } else {
      others.push_back(bytes[i]);
    }
  }
  if (has_surrogate && IsValidUtf8(others)) return HasSurrogate();
  return Broken("a text is not UTF-8");
}

absl::StatusOr<std::string> UnescapeText(absl::string_view line) {
  std::string text;
  while (!line.empty()) {
    if (absl::ConsumePrefix(&line, "\\\\")) {
      text.append("\\\\");
      continue;
    }
    const bool is_short = absl::StartsWith(line, "\\u");
    if (!is_short && !absl::StartsWith(line, "\\U")) {
      AppendCodePoint(static_cast<uint8_t>(line[0]), &text);
      line.remove_prefix(1);
      continue;
    }
    line.remove_prefix(2);
    const absl::StatusOr<uint32_t> code = TakeHex(is_short ? 4 : 8, &line);
    if (!code.ok()) return code.status();
    if (*code > 0x10FFFF) return Broken("an escape is no character");
    if (IsSurrogate(*code)) return HasSurrogate();
    AppendCodePoint(*code, &text);
  }
  return text;
}

std::string EscapeText(absl::string_view utf8) {
  std::string line;
  while (!utf8.empty()) {
    const uint32_t code = TakeCodePoint(&utf8);
    if (code >= 0x20 && code < 0x7F && code != '\\') {
      line.push_back(static_cast<char>(code));
    } else if (code < 0x10000) {
      absl::StrAppendFormat(&line, "\\u%04x", code);
    } else {
      absl::StrAppendFormat(&line, "\\U%08x", code);
    }
  }
  return line;
}

absl::StatusOr<std::string> UnquoteBytes(absl::string_view line) {
  if (line.size() < 2 || (line[0] != '\'' && line[0] != '"') ||
      line.back() != line[0]) {
    return Broken("a string is not quoted");
  }
  line = line.substr(1, line.size() - 2);
  std::string bytes;
  while (!line.empty()) {
    const char letter = line.front();
    line.remove_prefix(1);
    if (letter != '\\') {
      bytes.push_back(letter);
      continue;
    }
    if (absl::Status status = TakeEscape(&line, &bytes); !status.ok()) {
      return status;
    }
  }
  return bytes;
}

std::string Latin1ToUtf8(absl::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    AppendCodePoint(static_cast<uint8_t>(byte), &text);
  }
  return text;
}

absl::StatusOr<std::string> Utf8ToLatin1(absl::string_view utf8) {
  std::string bytes;
  while (!utf8.empty()) {
    const uint32_t code = TakeCodePoint(&utf8);
    if (code > 0xFF) return Broken("bytes are written as other characters");
    bytes.push_back(static_cast<char>(code));
  }
  return bytes;
}

}  // namespace cppet::pickle
