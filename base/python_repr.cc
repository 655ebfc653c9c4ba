#include "cppet/base/python_repr.h"

#include <charconv>
#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace cppet {
namespace {

// Python writes the shortest digits that give the same number back, and an
// exponent from 1e16 on and below 1e-4.
template <typename T>
std::string FloatRepr(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const double magnitude = std::fabs(static_cast<double>(value));
  const bool exponent =
      magnitude != 0 && (magnitude >= 1e16 || magnitude < 1e-4);
  const auto end = std::to_chars(
      buffer, buffer + sizeof(buffer), value,
      exponent ? std::chars_format::scientific : std::chars_format::fixed);
  std::string repr(buffer, end.ptr);
  if (!exponent && !absl::StrContains(repr, '.')) absl::StrAppend(&repr, ".0");
  return repr;
}

}  // namespace

std::string PythonFloatRepr(double value) { return FloatRepr(value); }

std::string PythonFloatRepr(float value) { return FloatRepr(value); }

std::string PythonTextRepr(absl::string_view text, PythonText type) {
  const bool is_bytes = type == PythonText::kBytes;
  const char quote =
      absl::StrContains(text, '\'') && !absl::StrContains(text, '"') ? '"'
                                                                     : '\'';
  std::string out = is_bytes ? "b" : "";
  out += quote;
  for (const char c : text) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      absl::StrAppend(&out, "\\", std::string(1, c));
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (u < 0x20 || u == 0x7f || (is_bytes && u >= 0x80)) {
      absl::StrAppendFormat(&out, "\\x%02x", u);
    } else {
      out += c;
    }
  }
  out += quote;
  return out;
}

}  // namespace cppet
