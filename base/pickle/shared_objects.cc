#include "cppet/base/pickle/shared_objects.h"

#include <variant>

namespace cppet::pickle {
namespace {

bool IsShort(const Object& object) {
  if (const Int* integer = object.As<Int>()) {
    return integer->value.bytes().size() <= sizeof(int64_t);
  }
  return object.As<None>() != nullptr || object.As<bool>() != nullptr ||
         object.As<double>() != nullptr;
}

}  // namespace

std::optional<uint64_t>* SharedObjects::Find(const Object& object) {
  if (IsShort(object)) return nullptr;
  const auto it = seen_.find(&object);
  if (it == seen_.end() || !it->second.is_shared) return nullptr;
  return &it->second.number;
}

void SharedObjects::operator()(const Call& call) {
  Add(*call.callable);
  Add(*call.arguments);
  if (call.keywords != nullptr) Add(*call.keywords);
  AddAll(call.appended);
  AddAll(call.set_items);
  if (call.state != nullptr) Add(*call.state);
}

void SharedObjects::Add(const Object& object) {
  if (IsShort(object)) return;
  const auto [it, is_first] = seen_.try_emplace(&object);
  if (is_first) {
    std::visit(*this, object.data);
  } else {
    it->second.is_shared = true;
  }
}

void SharedObjects::AddAll(const std::vector<ObjectPtr>& items) {
  for (const ObjectPtr& item : items) Add(*item);
}

void SharedObjects::AddAll(const std::vector<ObjectPair>& items) {
  for (const auto& [key, value] : items) {
    Add(*key);
    Add(*value);
  }
}

}  // namespace cppet::pickle
