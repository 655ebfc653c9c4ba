#include "cppet/storage/hdf5/python/pickled_value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/trajectory/composite.h"

namespace cppet::hdf5 {
namespace {

// The keys of the dict that stands for a type of the user's own.
constexpr char kType[] = "cppet_type";
constexpr char kData[] = "cppet_data";

// Objects and bytes that are looked at.
constexpr int64_t kMaxSize = int64_t{1} << 30;

using pickle::Make;
using pickle::ObjectPtr;

ObjectPtr UserDict(const UserObject& object) {
  return Make(pickle::Dict{
      {{Make(pickle::Text{kType}), Make(pickle::Text{object.type})},
       {Make(pickle::Text{kData}), Make(pickle::Bytes{object.data})}}});
}

// Null if there is no such key.
const pickle::Object* Entry(const pickle::Dict& dict, absl::string_view name) {
  for (const auto& [key, value] : dict.items) {
    const auto* text = key->As<pickle::Text>();
    if (text != nullptr && text->utf8 == name) return value.get();
  }
  return nullptr;
}

std::optional<UserObject> AsUserObject(const pickle::Object& object) {
  const auto* dict = object.As<pickle::Dict>();
  if (dict == nullptr || dict->items.size() != 2) return std::nullopt;
  const pickle::Object* const type = Entry(*dict, kType);
  const pickle::Object* const data = Entry(*dict, kData);
  if (type == nullptr || data == nullptr) return std::nullopt;
  const auto* name = type->As<pickle::Text>();
  const auto* bytes = data->As<pickle::Bytes>();
  if (name == nullptr || bytes == nullptr) return std::nullopt;
  return UserObject{name->utf8, bytes->data};
}

// A dict of what a Dict can have, with names as keys.
std::optional<Dict> AsDict(const pickle::Object& object) {
  const auto* dict = object.As<pickle::Dict>();
  if (dict == nullptr) return std::nullopt;
  Dict out;
  for (const auto& [key, value] : dict->items) {
    const auto* name = key->As<pickle::Text>();
    if (name == nullptr) return std::nullopt;
    absl::StatusOr<Value> entry = ValueOf(*value);
    if (!entry.ok()) return std::nullopt;
    out.entries.emplace_back(name->utf8, *std::move(entry));
  }
  if (!CheckComposite(out).ok()) return std::nullopt;
  return out;
}

absl::StatusOr<ObjectPtr> DictObject(const Dict& dict) {
  pickle::Dict out;
  for (const auto& [name, value] : dict.entries) {
    CPPET_ASSIGN_OR_RETURN(ObjectPtr object, ObjectOf(value));
    out.items.emplace_back(Make(pickle::Text{name}), std::move(object));
  }
  return Make(std::move(out));
}

}  // namespace

absl::StatusOr<std::string> PickleOf(const Value& value, int protocol) {
  if (value.form() == Form::kPickle) return value.As<PickledObject>()->pickle;
  ObjectPtr object;
  if (value.form() == Form::kUser) {
    object = UserDict(*value.As<UserObject>());
  } else if (value.form() == Form::kDict) {
    CPPET_ASSIGN_OR_RETURN(object, DictObject(*value.As<Dict>()));
  } else if (value.is_composite()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no pickle of a ", value.type_name()));
  } else {
    CPPET_ASSIGN_OR_RETURN(object, ObjectOf(value));
  }
  return pickle::Write(*object, protocol);
}

absl::StatusOr<Value> FromPickle(absl::string_view pickle) {
  const absl::StatusOr<ObjectPtr> object = pickle::Read(pickle);
  if (absl::IsDataLoss(object.status())) return object.status();
  const Value unknown = PickledObject{std::string(pickle)};
  if (!object.ok() || pickle::ExpandedSize(**object, kMaxSize) > kMaxSize) {
    return unknown;
  }
  if (auto user = AsUserObject(**object)) return *std::move(user);
  if (auto dict = AsDict(**object)) return *std::move(dict);
  absl::StatusOr<Value> value = ValueOf(**object);
  return value.ok() ? *std::move(value) : unknown;
}

}  // namespace cppet::hdf5
