#include "cppet/storage/hdf5/python/pickle.h"

#include <complex>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/integer.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"

namespace cppet::hdf5 {
namespace {

using ::cppet::pickle::Integer;
using ::cppet::pickle::Make;
using ::cppet::pickle::MakeCall;
using ::cppet::pickle::ObjectPtr;

constexpr int kProtocol = 0;

template <typename T>
T ElementAt(const Value& value, int64_t i) {
  T element;
  std::memcpy(&element, value.bytes().data() + i * sizeof(T), sizeof(T));
  return element;
}

// An int; a long one if its type may be wider than 32 bits, so that the type
// is known again.
template <typename T>
ObjectPtr IntegerAt(const Value& value, int64_t i) {
  constexpr bool kIsLong = sizeof(T) + !std::is_signed_v < T >> sizeof(int32_t);
  const T element = ElementAt<T>(value, i);
  if constexpr (std::is_signed_v<T>) {
    return Make(pickle::Int{Integer(element), kIsLong});
  } else {
    return Make(pickle::Int{Integer::FromUint64(element), kIsLong});
  }
}

template <typename T>
ObjectPtr ComplexAt(const Value& value, int64_t i) {
  const auto number = ElementAt<std::complex<T>>(value, i);
  return MakeCall("builtins", "complex",
                  {Make(double{number.real()}), Make(double{number.imag()})});
}

// Half precision, of which C++ has no type.
ObjectPtr HalfAt(const Value& value, int64_t i) {
  double number = 0;
  value_internal::ConvertNumber(
      DType::kFloat16, value.bytes().data() + i * sizeof(uint16_t),
      DType::kFloat64, reinterpret_cast<char*>(&number));
  return Make(double{number});
}

// The element at `i` as one of Python's own types; a date as its nanoseconds.
ObjectPtr PythonElement(const Value& value, int64_t i) {
  switch (value.dtype()) {
    case DType::kBool:
      return Make(ElementAt<uint8_t>(value, i) != 0);
    case DType::kInt8:
      return IntegerAt<int8_t>(value, i);
    case DType::kInt16:
      return IntegerAt<int16_t>(value, i);
    case DType::kInt32:
      return IntegerAt<int32_t>(value, i);
    case DType::kInt64:
      return IntegerAt<int64_t>(value, i);
    case DType::kUInt8:
      return IntegerAt<uint8_t>(value, i);
    case DType::kUInt16:
      return IntegerAt<uint16_t>(value, i);
    case DType::kUInt32:
      return IntegerAt<uint32_t>(value, i);
    case DType::kUInt64:
      return IntegerAt<uint64_t>(value, i);
    case DType::kFloat32:
      return Make(double{ElementAt<float>(value, i)});
    case DType::kFloat64:
      return Make(ElementAt<double>(value, i));
    case DType::kComplex64:
      return ComplexAt<float>(value, i);
    case DType::kComplex128:
      return ComplexAt<double>(value, i);
    case DType::kString:
      return Make(pickle::Text{value.texts()[i]});
    case DType::kBytes:
      return Make(pickle::Bytes{value.texts()[i]});
    case DType::kDatetime64:
      return IntegerAt<int64_t>(value, i);
    case DType::kFloat16:
      return HalfAt(value, i);
  }
  return nullptr;
}

ObjectPtr Element(const Value& value, int64_t i) {
  ObjectPtr element = PythonElement(value, i);
  if (value.dtype() == DType::kDatetime64) {
    return MakeCall("numpy", "datetime64",
                    {std::move(element), Make(pickle::Text{"ns"})});
  }
  if (value.flavor() == Flavor::kPython) return element;
  const bool is_python_name = value.dtype() == DType::kBool || value.is_text();
  return MakeCall(
      "numpy",
      absl::StrCat(DTypeName(value.dtype()), is_python_name ? "_" : ""),
      {std::move(element)});
}

// The elements from `*next` on as lists within lists.
ObjectPtr Nested(const Value& value, size_t dimension, int64_t* next) {
  if (dimension == value.shape().size()) {
    return PythonElement(value, (*next)++);
  }
  pickle::List list;
  for (int64_t i = 0; i < value.shape()[dimension]; ++i) {
    list.items.push_back(Nested(value, dimension + 1, next));
  }
  return Make(std::move(list));
}

// A call of numpy with nested lists and a type.
ObjectPtr Array(const Value& value) {
  const absl::string_view dtype = value.dtype() == DType::kString ? "U"
                                  : value.dtype() == DType::kBytes
                                      ? "S"
                                      : DTypeName(value.dtype());
  const ObjectPtr type = Make(pickle::Text{std::string(dtype)});
  if (value.size() == 0) {
    pickle::Tuple shape;
    for (const int64_t length : value.shape()) {
      shape.items.push_back(Make(pickle::Int{length}));
    }
    return MakeCall("numpy", "zeros", {Make(std::move(shape)), type});
  }
  int64_t next = 0;
  return MakeCall("numpy", value.form() == Form::kMatrix ? "matrix" : "array",
                  {Nested(value, 0, &next), type});
}

ObjectPtr Translated(const Value& value) {
  if (value.form() == Form::kScalar) return Element(value, 0);
  if (value.form() == Form::kArray || value.form() == Form::kMatrix) {
    return Array(value);
  }
  std::vector<ObjectPtr> items;
  items.reserve(value.size());
  for (int64_t i = 0; i < value.size(); ++i) items.push_back(Element(value, i));
  if (value.form() == Form::kTuple) {
    return Make(pickle::Tuple{std::move(items)});
  }
  return Make(pickle::List{std::move(items)});
}

}  // namespace

std::string Pickle(const Value& value) {
  return pickle::Write(*Translated(value), kProtocol);
}

absl::StatusOr<Value> Unpickle(absl::string_view pickle) {
  CPPET_ASSIGN_OR_RETURN(const ObjectPtr object, pickle::Read(pickle));
  return ValueOf(*object);
}

absl::StatusOr<ObjectPtr> ObjectOf(const Value& value) {
  if (value.is_composite()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a ", value.type_name(), " cannot be pickled as elements"));
  }
  if (value.dtype() == DType::kString) {
    for (const std::string& text : value.texts()) {
      if (!IsValidUtf8(text)) {
        return absl::InvalidArgumentError("a text to pickle is not UTF-8");
      }
    }
  }
  return Translated(value);
}

}  // namespace cppet::hdf5
