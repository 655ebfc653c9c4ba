#include "cppet/tools/lib/value_json.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/sha1.h"
#include "cppet/base/utf8.h"
#include "cppet/tools/lib/composite_json.h"
#include "cppet/trajectory/element_json.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFirstElements = 8;

// Code points or bytes of the longest text; numpy has no type without any.
size_t TextWidth(const Value& value) {
  size_t width = 1;
  for (const std::string& text : value.texts()) {
    width = std::max(width, value.dtype() == DType::kString ? Utf8Length(text)
                                                            : text.size());
  }
  return width;
}

// "float64", "str160", "bytes24": with texts, the bits that numpy takes.
std::string DTypeFullName(const Value& value) {
  std::string name(DTypeName(value.dtype()));
  if (value.dtype() == DType::kString) {
    absl::StrAppend(&name, 32 * TextWidth(value));
  } else if (value.dtype() == DType::kBytes) {
    absl::StrAppend(&name, 8 * TextWidth(value));
  }
  return name;
}

Json Elements(const Value& value, int64_t count) {
  Json elements = Json::array();
  for (int64_t i = 0; i < std::min(count, value.size()); ++i) {
    elements.push_back(ElementJson(value, i));
  }
  return elements;
}

Json TypedArrayJson(const Value& value) {
  Json json = {{"type", value.type_name()}};
  json.update(ArrayJson(value));
  return json;
}

// The element `i` as a Python scalar.
Json ScalarJson(const Value& value, int64_t i) {
  Json json = {{"type", value.scalar_type_name()}};
  if (value.dtype() == DType::kBytes && value.flavor() == Flavor::kPython) {
    json["hex"] = absl::BytesToHexString(value.texts()[i]);
    json["len"] = value.texts()[i].size();
  } else {
    json["value"] = ElementJson(value, i);
  }
  return json;
}

}  // namespace

std::string DTypeCode(const Value& value) {
  switch (value.dtype()) {
    case DType::kString:
      return absl::StrCat("<U", TextWidth(value));
    case DType::kBytes:
      return absl::StrCat("|S", TextWidth(value));
    default:
      break;
  }
  const size_t size = ItemSize(value.dtype());
  char kind = 'f';
  if (value.dtype() == DType::kDatetime64) return "<M8[ns]";
  if (value.dtype() == DType::kBool) {
    kind = 'b';
  } else if (value.dtype() <= DType::kInt64) {
    kind = 'i';
  } else if (value.dtype() <= DType::kUInt64) {
    kind = 'u';
  } else if (value.dtype() == DType::kComplex64 ||
             value.dtype() == DType::kComplex128) {
    kind = 'c';
  }
  return absl::StrCat(size == 1 ? "|" : "<", std::string(1, kind), size);
}

Json ArrayJson(const Value& value) {
  Json json = {{"dtype", DTypeCode(value)},
               {"dtype_name", DTypeFullName(value)},
               {"shape", value.shape()},
               {"size", value.size()},
               {"first", Elements(value, kFirstElements)}};
  json["sha1"] = Sha1Hex(
      value.is_text() ? absl::StrJoin(value.texts(), absl::string_view("\0", 1))
                      : std::string(value.bytes()));
  if (value.size() <= kMaxJsonElements) {
    json["all"] = Elements(value, value.size());
  }
  return json;
}

Json ValueJson(const Value& value) {
  if (value.is_composite()) return CompositeJson(*value.composite());
  switch (value.form()) {
    case Form::kScalar:
      return ScalarJson(value, 0);
    case Form::kArray:
    case Form::kMatrix:
      return TypedArrayJson(value);
    default:
      break;
  }
  Json items = Json::array();
  for (int64_t i = 0; i < std::min(value.size(), kMaxJsonElements); ++i) {
    items.push_back(ScalarJson(value, i));
  }
  return {{"type", value.type_name()},
          {"len", value.size()},
          {"items", std::move(items)}};
}

}  // namespace cppet
