#include "cppet/tools/lib/literal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cppet {
namespace {

constexpr size_t kQuotedSize = 60;

absl::string_view WithoutSign(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  return text;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Takes the digits off the front of `text`; returns how many.
size_t ConsumeDigits(absl::string_view* text) {
  const auto end =
      std::find_if_not(text->begin(), text->end(), absl::ascii_isdigit);
  const size_t count = end - text->begin();
  text->remove_prefix(count);
  return count;
}

// Digits with a point or an exponent.
bool IsFloat(absl::string_view text) {
  text = WithoutSign(text);
  size_t digits = ConsumeDigits(&text);
  if (absl::ConsumePrefix(&text, ".")) digits += ConsumeDigits(&text);
  if (digits == 0) return false;
  if (absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E")) {
    return IsDigits(WithoutSign(text));
  }
  return text.empty();
}

std::optional<double> SpecialFloat(absl::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const absl::string_view magnitude = WithoutSign(text);
  if (magnitude == ".inf" || magnitude == ".Inf" || magnitude == ".INF") {
    const double infinity = std::numeric_limits<double>::infinity();
    return text[0] == '-' ? -infinity : infinity;
  }
  return std::nullopt;
}

absl::Status OutOfRange(absl::string_view text, absl::string_view limit) {
  return absl::InvalidArgumentError(absl::StrCat("the number ", text,
                                                 " is out of range: ", limit,
                                                 "; quote it if it is a text"));
}

template <typename T>
std::optional<Value> Floats(const Value& value) {
  const absl::StatusOr<T> floats = value.As<T>();
  if (!floats.ok()) return std::nullopt;
  return Value(*floats);
}

// `value`, an int or ints, as floats; nothing if it is none of them exactly.
std::optional<Value> Widen(const Value& value) {
  if (value.form() == Form::kScalar) return Floats<double>(value);
  if (value.form() == Form::kArray) return Floats<NdArray<double>>(value);
  const absl::StatusOr<std::vector<double>> floats =
      value.As<std::vector<double>>();
  if (!floats.ok()) return std::nullopt;
  return value.form() == Form::kList ? Value::List(*floats)
                                     : Value::Tuple(*floats);
}

}  // namespace

absl::StatusOr<Literal> PlainLiteral(absl::string_view text) {
  const std::string kept(text);
  if (text == "true" || text == "True" || text == "TRUE") {
    return Literal{true, kept};
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return Literal{false, kept};
  }
  if (const std::optional<double> special = SpecialFloat(text)) {
    return Literal{*special, kept};
  }
  int64_t integer;
  absl::string_view hex = text;
  if (absl::ConsumePrefix(&hex, "0x") && !hex.empty() &&
      std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit)) {
    if (!absl::SimpleHexAtoi(hex, &integer)) {
      return OutOfRange(text, "ints have 64 bits");
    }
    return Literal{integer, kept};
  }
  if (IsDigits(WithoutSign(text))) {
    if (!absl::SimpleAtoi(text, &integer)) {
      return OutOfRange(text, "ints have 64 bits");
    }
    return Literal{integer, kept};
  }
  double real;
  if (IsFloat(text) && absl::SimpleAtod(text, &real)) {
    if (std::isinf(real)) return OutOfRange(text, "floats have 64 bits");
    return Literal{real, kept};
  }
  return Literal{kept, kept};
}

absl::StatusOr<Value> FitLiteral(const Literal& literal, const Value& model) {
  const Value& value = literal.value;
  if (value.form() == model.form()) {
    if (value.dtype() == model.dtype()) return value;
    if (value.is_scalar() && model.dtype() == DType::kString) {
      return Value(literal.text);
    }
    if (value.dtype() == DType::kInt64 && model.dtype() == DType::kFloat64) {
      if (std::optional<Value> floats = Widen(value)) return *floats;
    }
  }
  std::string advice;
  if (model.is_scalar() && model.dtype() == DType::kInt64 &&
      value.is_scalar() && value.dtype() == DType::kFloat64) {
    advice = absl::StrCat(
        " (write its default as ",
        PythonRepr(Value(static_cast<double>(*model.As<int64_t>()))),
        " for a float parameter)");
  }
  return absl::InvalidArgumentError(absl::StrCat(
      PythonRepr(value, kQuotedSize), " is of type ", value.TypeDescription(),
      ", but the parameter is of type ", model.TypeDescription(), advice));
}

}  // namespace cppet
