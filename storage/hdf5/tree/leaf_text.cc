#include "cppet/storage/hdf5/tree/leaf_text.h"

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_data.h"

namespace cppet::hdf5 {
namespace {

// Enough for a cell of an overview table.
constexpr size_t kMaxRepr = 80;

}  // namespace

std::string ItemsText(const Items& items) {
  std::string text;
  for (const auto& [name, value] : items) {
    if (text.size() > kMaxRepr) break;
    absl::StrAppend(&text, text.empty() ? "" : ", ", name, "=",
                    PythonRepr(value, kMaxRepr));
  }
  return text;
}

std::string ValueText(const Value* value) {
  return value == nullptr ? "" : PythonRepr(*value, kMaxRepr);
}

std::string LeafText(hid_t leaf, absl::string_view full_name) {
  const std::string class_name = ReadClassName(leaf);
  if (IsParameter(class_name, full_name)) {
    const absl::StatusOr<ParameterData> data = ReadParameter(leaf, class_name);
    return data.ok() && data->value.has_value() ? ValueText(&*data->value) : "";
  }
  SeenObjects seen;
  return ItemsText(ReadItems(leaf, class_name, &seen).items);
}

}  // namespace cppet::hdf5
