#include "cppet/trajectory/fitting.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

// The most of a value that a message shows.
constexpr size_t kShownValue = 40;

bool IsInt(const Value& value) {
  return value.is_scalar() && value.type_name() == "int";
}

// Arrays and lists may be of another shape, as in pypet; tuples may not.
bool IsOfType(const Value& value, const Value& model) {
  return model.form() == Form::kTuple ? value.SameType(model)
                                      : value.SameElementType(model);
}

}  // namespace

absl::StatusOr<Value> FitValue(absl::string_view name, const Value& model,
                               const Value& value) {
  if (IsOfType(value, model)) return value;
  if (IsInt(model) && IsInt(value)) {
    absl::StatusOr<Value> converted = value.WithDType(model.dtype());
    if (converted.ok()) return converted;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      name, " is of type ", model.TypeDescription(),
      " and cannot take the value ", PythonRepr(value, kShownValue),
      " of type ", value.TypeDescription()));
}

absl::StatusOr<Range> FitRange(absl::string_view name, const Value& model,
                               const Range& range) {
  bool convert = false;
  CPPET_RETURN_IF_ERROR(range.ForEachType([&](const Value& value) {
    if (IsOfType(value, model)) return absl::OkStatus();
    convert = true;
    return FitValue(name, model, value).status();
  }));
  if (!convert) return range;
  return range.Mapped([dtype = model.dtype()](const Value& value) {
    absl::StatusOr<Value> converted = value.WithDType(dtype);
    return converted.ok() ? *converted : value;
  });
}

}  // namespace cppet
