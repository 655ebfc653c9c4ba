#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/python/numpy_pickle.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

using ::cppet::pickle::Object;
using ::cppet::pickle::ObjectPtr;

// Objects and bytes in a list: what is shared in a small pickle could be met
// without end.
constexpr int64_t kMaxSize = int64_t{1} << 26;

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("a pickled ", what, " cannot be read here"));
}

absl::Status CheckSize(const Object& object) {
  if (pickle::ExpandedSize(object, kMaxSize) <= kMaxSize) {
    return absl::OkStatus();
  }
  return Unsupported(absl::StrCat(pickle::TypeName(object), " of more than ",
                                  kMaxSize, " objects and bytes"));
}

// The narrowest of the types that C++ has for Python's int.
absl::StatusOr<Value> IntValue(const pickle::Int& integer) {
  if (const std::optional<int64_t> number = integer.value.ToInt64()) {
    const int32_t narrow = static_cast<int32_t>(*number);
    if (narrow == *number && !integer.is_long) return Value(narrow);
    return Value(*number);
  }
  if (const std::optional<uint64_t> number = integer.value.ToUint64()) {
    return Value::Scalar(DType::kUInt64, Flavor::kPython,
                         {reinterpret_cast<const char*>(&*number), 8});
  }
  return Unsupported("int of more than 64 bits");
}

std::optional<DType> DTypeNamed(absl::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::kFloat16); ++i) {
    const DType dtype = static_cast<DType>(i);
    if (name == DTypeName(dtype) && ItemSize(dtype) > 0) return dtype;
  }
  if (name == "bool_") return DType::kBool;
  return std::nullopt;
}

// The half precision number that is `number`, if there is one.
std::optional<uint16_t> HalfOf(double number) {
  constexpr uint16_t kInfinity = 0x7c00;
  constexpr uint16_t kNan = 0x7e00;
  const uint16_t sign = std::signbit(number) ? 0x8000 : 0;
  const double magnitude = std::abs(number);
  if (std::isnan(number)) return sign | kNan;
  if (std::isinf(number)) return sign | kInfinity;
  if (magnitude == 0) return sign;
  // In units of the last bit, of which the largest exponent has the most.
  const int exponent = std::max(std::ilogb(magnitude), -14);
  const double fraction = std::ldexp(magnitude, 10 - exponent);
  if (exponent > 15 || fraction != std::floor(fraction)) return std::nullopt;
  const int bits = static_cast<int>(fraction);
  const int biased = bits < 0x400 ? 0 : exponent + 15;
  return sign | biased << 10 | (bits & 0x3ff);
}

// A Python number as the scalar of another type.
absl::StatusOr<Value> Converted(const Value& number, DType dtype) {
  alignas(16) char bytes[16];
  if (number.is_text()) return Unsupported("number made of text");
  const size_t size = ItemSize(dtype);
  if (dtype == DType::kFloat16) {
    const absl::StatusOr<double> wide = number.As<double>();
    const std::optional<uint16_t> half =
        wide.ok() ? HalfOf(*wide) : std::nullopt;
    if (!half.has_value())
      return Unsupported("number that does not fit its type");
    return Value::Scalar(dtype, Flavor::kNumpy,
                         {reinterpret_cast<const char*>(&*half), size});
  }
  if (dtype == DType::kDatetime64) {
    const absl::StatusOr<int64_t> date = number.As<int64_t>();
    if (!date.ok()) return Unsupported("date that is no number");
    return Value::Scalar(dtype, Flavor::kNumpy,
                         {reinterpret_cast<const char*>(&*date), size});
  }
  if (value_internal::ConvertNumber(number.dtype(), number.bytes().data(),
                                    dtype, bytes)) {
    return Value::Scalar(dtype, Flavor::kNumpy, {bytes, size});
  }
  if (dtype == DType::kFloat32 && number.dtype() == DType::kFloat64) {
    return Value(static_cast<float>(*number.As<double>()));
  }
  return Unsupported("number that does not fit its type");
}

absl::StatusOr<Value> CallValue(const Object& object, const pickle::Call& call);
absl::StatusOr<Value> ScalarOf(const Object& object);

// A scalar of a type of numpy's, which Pickle writes as that type's call.
absl::StatusOr<Value> TypedScalar(absl::string_view type,
                                  const Object& argument) {
  CPPET_ASSIGN_OR_RETURN(const Value value, ScalarOf(argument));
  if (const std::optional<DType> dtype = DTypeNamed(type)) {
    return Converted(value, *dtype);
  }
  if (value.is_text() && type == absl::StrCat(DTypeName(value.dtype()), "_")) {
    return Value::Text(value.dtype(), Flavor::kNumpy, value.texts()[0]);
  }
  return Unsupported(absl::StrCat("numpy.", type));
}

absl::StatusOr<Value> ScalarOf(const Object& object) {
  if (const auto* value = object.As<bool>()) return Value(*value);
  if (const auto* value = object.As<double>()) return Value(*value);
  if (const auto* value = object.As<pickle::Int>()) return IntValue(*value);
  if (const auto* value = object.As<pickle::Text>()) return Value(value->utf8);
  if (const auto* value = object.As<pickle::Bytes>()) {
    return Value(Bytes{value->data});
  }
  if (const auto* call = object.As<pickle::Call>()) {
    CPPET_ASSIGN_OR_RETURN(Value value, CallValue(object, *call));
    if (value.is_scalar()) return value;
  }
  return Unsupported(pickle::TypeName(object));
}

// Scalars of one type side by side.
absl::StatusOr<Value> Joined(absl::Span<const Value> scalars, Form form,
                             std::vector<int64_t> shape) {
  DType dtype = DType::kFloat64;
  Flavor flavor = Flavor::kPython;
  if (!scalars.empty()) {
    dtype = scalars[0].dtype();
    flavor = scalars[0].flavor();
  }
  // Python has one int: the widest of all.
  for (const Value& scalar : scalars) {
    if (scalar.dtype() == DType::kInt64 && dtype == DType::kInt32) {
      dtype = DType::kInt64;
    }
  }
  std::vector<char> bytes;
  std::vector<std::string> texts;
  for (const Value& scalar : scalars) {
    const bool is_narrow =
        scalar.dtype() == DType::kInt32 && dtype == DType::kInt64;
    if (scalar.flavor() != flavor || (scalar.dtype() != dtype && !is_narrow)) {
      return Unsupported("list of different types");
    }
    if (scalar.is_text()) {
      texts.push_back(scalar.texts()[0]);
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(const Value same, scalar.WithDType(dtype));
    bytes.insert(bytes.end(), same.bytes().begin(), same.bytes().end());
  }
  if (form == Form::kArray || form == Form::kMatrix) flavor = Flavor::kNumpy;
  if (!texts.empty()) {
    return Value::TextCollection(form, dtype, flavor, std::move(shape),
                                 std::move(texts));
  }
  return Value::Collection(form, dtype, flavor, std::move(shape),
                           std::move(bytes));
}

absl::StatusOr<Value> SequenceOf(const Object& object,
                                 const std::vector<ObjectPtr>& items,
                                 Form form) {
  CPPET_RETURN_IF_ERROR(CheckSize(object));
  std::vector<Value> scalars;
  scalars.reserve(items.size());
  for (const ObjectPtr& item : items) {
    CPPET_ASSIGN_OR_RETURN(Value scalar, ScalarOf(*item));
    scalars.push_back(std::move(scalar));
  }
  return Joined(scalars, form, {static_cast<int64_t>(items.size())});
}

absl::Status NoArray() {
  return absl::DataLossError("lists in a pickled array have different lengths");
}

// Appends all that is in lists within `object`, which agree with `shape` from
// `dimension` on.
absl::Status Flatten(const Object& object, absl::Span<const int64_t> shape,
                     std::vector<Value>* scalars) {
  const auto* list = object.As<pickle::List>();
  if (shape.empty() != (list == nullptr)) return NoArray();
  if (list == nullptr) {
    CPPET_ASSIGN_OR_RETURN(Value scalar, ScalarOf(object));
    scalars->push_back(std::move(scalar));
    return absl::OkStatus();
  }
  if (list->items.size() != shape[0]) return NoArray();
  for (const ObjectPtr& item : list->items) {
    CPPET_RETURN_IF_ERROR(Flatten(*item, shape.subspan(1), scalars));
  }
  return absl::OkStatus();
}

// numpy.zeros(shape, dtype): Pickle writes it for arrays without elements.
absl::StatusOr<Value> EmptyArray(const Object& lengths,
                                 absl::string_view dtype_name) {
  CPPET_ASSIGN_OR_RETURN(std::vector<int64_t> shape, ShapeOf(lengths));
  if (std::find(shape.begin(), shape.end(), 0) == shape.end()) {
    return Unsupported("array of zeros");
  }
  if (const std::optional<DType> dtype = DTypeNamed(dtype_name)) {
    return Value::Collection(Form::kArray, *dtype, Flavor::kNumpy,
                             std::move(shape), {});
  }
  return Value::TextCollection(
      Form::kArray, dtype_name == "U" ? DType::kString : DType::kBytes,
      Flavor::kNumpy, std::move(shape), {});
}

// numpy.array(lists, dtype), or a matrix, as Pickle writes it.
absl::StatusOr<Value> NestedArray(const Object& lists,
                                  absl::string_view dtype_name, Form form) {
  CPPET_RETURN_IF_ERROR(CheckSize(lists));
  std::vector<int64_t> shape;
  const Object* first = &lists;
  while (const auto* list = first->As<pickle::List>()) {
    shape.push_back(list->items.size());
    if (list->items.empty()) return Unsupported("array without elements");
    first = list->items[0].get();
  }
  if (form == Form::kMatrix && shape.size() != 2) {
    return Unsupported("matrix with other than two dimensions");
  }
  std::vector<Value> scalars;
  CPPET_RETURN_IF_ERROR(Flatten(lists, shape, &scalars));
  if (const std::optional<DType> dtype = DTypeNamed(dtype_name)) {
    for (Value& scalar : scalars) {
      CPPET_ASSIGN_OR_RETURN(scalar, Converted(scalar, *dtype));
    }
  }
  return Joined(scalars, form, std::move(shape));
}

absl::StatusOr<Value> CallValue(const Object& object,
                                const pickle::Call& call) {
  if (const auto number = pickle::AsComplex(object)) return Value(*number);
  CPPET_ASSIGN_OR_RETURN(const std::optional<Value> value, NumpyValueOf(call));
  if (value.has_value()) return *value;
  const std::vector<ObjectPtr>& arguments = call.args();
  if (call.is_new || call.state != nullptr || !call.appended.empty() ||
      !call.set_items.empty()) {
    return Unsupported(pickle::TypeName(object));
  }
  const auto* global = call.callable->As<pickle::Global>();
  if (global == nullptr || global->module != "numpy") {
    return Unsupported(pickle::TypeName(object));
  }
  if (arguments.size() == 1) return TypedScalar(global->name, *arguments[0]);
  const auto* dtype =
      arguments.size() == 2 ? arguments[1]->As<pickle::Text>() : nullptr;
  if (dtype != nullptr) {
    if (global->name == "zeros") {
      return EmptyArray(*arguments[0], dtype->utf8);
    }
    if (global->name == "array") {
      return NestedArray(*arguments[0], dtype->utf8, Form::kArray);
    }
    if (global->name == "datetime64" && dtype->utf8 == "ns") {
      CPPET_ASSIGN_OR_RETURN(const Value date, ScalarOf(*arguments[0]));
      return Converted(date, DType::kDatetime64);
    }
    if (global->name == "matrix") {
      return NestedArray(*arguments[0], dtype->utf8, Form::kMatrix);
    }
  }
  return Unsupported(pickle::TypeName(object));
}

}  // namespace

absl::StatusOr<Value> ValueOf(const Object& object) {
  if (const auto* list = object.As<pickle::List>()) {
    return SequenceOf(object, list->items, Form::kList);
  }
  if (const auto* tuple = object.As<pickle::Tuple>()) {
    return SequenceOf(object, tuple->items, Form::kTuple);
  }
  if (const auto* call = object.As<pickle::Call>()) {
    return CallValue(object, *call);
  }
  return ScalarOf(object);
}

}  // namespace cppet::hdf5
