#include "cppet/storage/hdf5/tree/class_items.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_plan.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

// Null if it is of no type of the user's own.
const UserObject* ObjectIn(const Value& value) {
  if (value.form() != Form::kUser) return nullptr;
  return &std::get<UserObject>(value.composite()->data);
}

// The class for a value of the leaf `full_name`; null if there is none, or if
// the file would not tell which kind of leaf it is.
const LeafClass* ClassFor(const LeafClasses& classes, const Value& value,
                          absl::string_view full_name, Node::Kind kind) {
  const UserObject* object = ObjectIn(value);
  if (object == nullptr) return nullptr;
  const bool is_parameter = kind == Node::Kind::kParameter;
  if (IsParameter(object->type, full_name) != is_parameter) return nullptr;
  return classes.Find(object->type);
}

// Whether these are the items of a result with one value.
bool IsOneValue(const Items& items, absl::string_view full_name) {
  return items.size() == 1 && items[0].first == LastPart(full_name);
}

absl::StatusOr<Items> ItemsOf(const LeafClass& leaf_class, const Value& object,
                              absl::string_view full_name) {
  absl::StatusOr<Items> items = leaf_class.ToItems(object);
  if (!items.ok()) return WithPrefix(full_name, items.status());
  CPPET_RETURN_IF_ERROR(CheckPlainItemsFit(full_name, *items));
  return items;
}

absl::StatusOr<Value> DictOf(const LeafClass& leaf_class, const Value& object,
                             absl::string_view full_name) {
  CPPET_ASSIGN_OR_RETURN(Items items, ItemsOf(leaf_class, object, full_name));
  Value dict = Dict{std::move(items)};
  CPPET_RETURN_IF_ERROR(CheckOwnItems(full_name, dict));
  return dict;
}

absl::StatusOr<Range> DictsOf(const LeafClass& leaf_class, const Range& range,
                              absl::string_view full_name) {
  CPPET_RETURN_IF_ERROR(range.status());
  std::vector<Value> dicts;
  absl::flat_hash_map<std::string, Value> made;  // by the bytes of the object
  for (int64_t i = 0; i < range.size(); ++i) {
    const Value value = range[i];
    const UserObject* object = ObjectIn(value);
    if (object == nullptr || object->type != leaf_class.name()) {
      return absl::InvalidArgumentError(absl::StrCat(
          full_name, " cannot be stored: its value in run ", i, " is a ",
          value.TypeDescription(), " and no ", leaf_class.name()));
    }
    auto it = made.find(object->data);
    if (it == made.end()) {
      CPPET_ASSIGN_OR_RETURN(Value dict, DictOf(leaf_class, value, full_name));
      it = made.emplace(object->data, std::move(dict)).first;
    }
    dicts.push_back(it->second);
  }
  return Range(std::move(dicts));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Leaf>> AsItems(const Leaf& leaf,
                                              const std::string& full_name,
                                              const LeafClasses& classes) {
  if (classes.empty()) return nullptr;
  if (leaf.kind() == Node::Kind::kResult) {
    const Items& items = static_cast<const Result&>(leaf).items();
    if (!IsOneValue(items, full_name)) return nullptr;
    const Value& value = items[0].second;
    const LeafClass* leaf_class =
        ClassFor(classes, value, full_name, leaf.kind());
    if (leaf_class == nullptr) return nullptr;
    CPPET_ASSIGN_OR_RETURN(Items made, ItemsOf(*leaf_class, value, full_name));
    return std::make_unique<Result>(leaf.name(), std::move(made),
                                    leaf_class->name());
  }
  const auto& parameter = static_cast<const Parameter&>(leaf);
  if (!parameter.value().has_value()) return nullptr;
  const LeafClass* leaf_class =
      ClassFor(classes, *parameter.value(), full_name, leaf.kind());
  if (leaf_class == nullptr) return nullptr;
  CPPET_ASSIGN_OR_RETURN(Value dict,
                         DictOf(*leaf_class, *parameter.value(), full_name));
  auto as_items = std::make_unique<Parameter>(leaf.name(), std::move(dict),
                                              leaf_class->name());
  if (parameter.range() != nullptr) {
    CPPET_ASSIGN_OR_RETURN(Range dicts,
                           DictsOf(*leaf_class, *parameter.range(), full_name));
    as_items->SetRange(std::move(dicts));
  }
  return as_items;
}

absl::Status PutAsItems(const LeafClasses& classes, int64_t index,
                        LeafRecord* leaf) {
  const std::string full_name = NameInRun(leaf->head->name, index);
  const bool is_parameter = leaf->head->kind == Node::Kind::kParameter;
  if (is_parameter ? leaf->items.empty()
                   : !IsOneValue(leaf->items, full_name)) {
    return absl::OkStatus();
  }
  Value& value = leaf->items[0].second;
  const LeafClass* leaf_class =
      ClassFor(classes, value, full_name, leaf->head->kind);
  if (leaf_class == nullptr) return absl::OkStatus();
  if (is_parameter) {
    CPPET_ASSIGN_OR_RETURN(value, DictOf(*leaf_class, value, full_name));
  } else {
    CPPET_ASSIGN_OR_RETURN(leaf->items, ItemsOf(*leaf_class, value, full_name));
  }
  auto head = std::make_shared<LeafHead>(*leaf->head);
  head->class_name = leaf_class->name();
  leaf->head = std::move(head);
  return absl::OkStatus();
}

absl::Status MakeObjects(const LeafClass& leaf_class, ParameterData* data) {
  if (!data->value.has_value() || data->value->form() != Form::kDict) {
    return absl::OkStatus();
  }
  const auto make = [&](const Value& dict) {
    return leaf_class.FromItems(std::get<Dict>(dict.composite()->data).entries);
  };
  CPPET_ASSIGN_OR_RETURN(data->value, make(*data->value));
  if (!data->range.has_value()) return absl::OkStatus();
  const std::vector<Value> dicts = data->range->ToVector();
  std::vector<Value> objects;
  // Equal values of a file are one Dict.
  absl::flat_hash_map<const Composite*, Value> made;
  for (const Value& dict : dicts) {
    if (dict.form() != Form::kDict) {
      return absl::InvalidArgumentError(
          absl::StrCat("its value in run ", objects.size(), " has no items"));
    }
    auto it = made.find(dict.composite());
    if (it == made.end()) {
      CPPET_ASSIGN_OR_RETURN(Value object, make(dict));
      it = made.emplace(dict.composite(), std::move(object)).first;
    }
    objects.push_back(it->second);
  }
  data->range = Range(std::move(objects));
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
