#include "cppet/tools/lib/value_text.h"

#include <cstdint>

#include "cppet/trajectory/element_json.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

// The elements from `*next` on, as lists of the shape from `dimension` on.
Json Nested(const Value& value, size_t dimension, int64_t* next) {
  if (dimension == value.shape().size()) return ElementJson(value, (*next)++);
  Json list = Json::array();
  for (int64_t i = 0; i < value.shape()[dimension]; ++i) {
    list.push_back(Nested(value, dimension + 1, next));
  }
  return list;
}

}  // namespace

Json PlainJson(const Value& value) {
  if (value.is_composite()) return PythonRepr(value);
  int64_t next = 0;
  return Nested(value, 0, &next);
}

std::string ArgumentText(const Value& value) {
  if (value.is_composite()) return PythonRepr(value);
  if (!value.is_scalar()) return PlainJson(value).dump();
  if (value.is_text()) return value.texts()[0];
  if (value.dtype() == DType::kBool) return PlainJson(value).dump();
  return PythonRepr(value);
}

}  // namespace cppet
