#include "cppet/tools/lib/pickle_json.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/tools/lib/value_json.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

// Of objects and bytes that are written out.
constexpr int64_t kMaxSize = int64_t{1} << 24;

Json ObjectJson(const pickle::Object& object);

Json ItemsJson(absl::string_view type,
               const std::vector<pickle::ObjectPtr>& objects) {
  Json items = Json::array();
  for (const pickle::ObjectPtr& object : objects) {
    if (static_cast<int64_t>(items.size()) == kMaxJsonElements) break;
    items.push_back(ObjectJson(*object));
  }
  return {{"type", type}, {"len", objects.size()}, {"items", std::move(items)}};
}

// Python's str of the key of a dict, as far as it is simple.
std::string KeyText(const pickle::Object& key) {
  if (const auto* text = key.As<pickle::Text>()) return text->utf8;
  if (const auto* number = key.As<pickle::Int>()) {
    return number->value.ToDecimal();
  }
  const Json json = ObjectJson(key);
  return json.contains("value") ? json["value"].dump() : json.dump();
}

struct ToJson {
  const pickle::Object& object;

  Json operator()(const pickle::List& list) const {
    return ItemsJson("list", list.items);
  }
  Json operator()(const pickle::Tuple& tuple) const {
    return ItemsJson("tuple", tuple.items);
  }
  Json operator()(const pickle::None&) const {
    return {{"type", "NoneType"}, {"value", nullptr}};
  }
  Json operator()(const pickle::Dict& dict) const {
    Json items = Json::object();
    for (const auto& [key, value] : dict.items) {
      items[KeyText(*key)] = ObjectJson(*value);
    }
    return {{"type", "dict"}, {"items", std::move(items)}};
  }
  template <typename Other>
  Json operator()(const Other&) const {
    const std::string type = pickle::TypeName(object);
    const size_t dot = type.rfind('.');
    if (dot == std::string::npos) return {{"type", type}};
    return {{"type", type.substr(dot + 1)}, {"module", type.substr(0, dot)}};
  }
};

Json ObjectJson(const pickle::Object& object) {
  const absl::StatusOr<Value> value = hdf5::ValueOf(object);
  if (value.ok()) return ValueJson(*value);
  return std::visit(ToJson{object}, object.data);
}

}  // namespace

Json PickleJson(absl::string_view pickle) {
  const absl::StatusOr<pickle::ObjectPtr> object = pickle::Read(pickle);
  if (!object.ok() || pickle::ExpandedSize(**object, kMaxSize) > kMaxSize) {
    return {{"type", "pickle"}, {"size", pickle.size()}};
  }
  return ObjectJson(**object);
}

}  // namespace cppet
