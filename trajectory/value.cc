#include "cppet/trajectory/value.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/trajectory/composite.h"

namespace cppet {
namespace {

struct DTypeFacts {
  size_t item_size;
  absl::string_view name;         // numpy's
  absl::string_view python_name;  // of a Python scalar; empty if there is none
  absl::string_view numpy_name;   // of a numpy scalar
};

const DTypeFacts& FactsOf(DType dtype) {
  static constexpr DTypeFacts kFacts[] = {
      {1, "bool", "bool", "bool_"},
      {1, "int8", "int", "int8"},
      {2, "int16", "int", "int16"},
      {4, "int32", "int", "int32"},
      {8, "int64", "int", "int64"},
      {1, "uint8", "int", "uint8"},
      {2, "uint16", "int", "uint16"},
      {4, "uint32", "int", "uint32"},
      {8, "uint64", "int", "uint64"},
      {4, "float32", "float", "float32"},
      {8, "float64", "float", "float64"},
      {8, "complex64", "complex", "complex64"},
      {16, "complex128", "complex", "complex128"},
      {0, "str", "str", "str_"},
      {0, "bytes", "bytes", "bytes_"},
      {8, "datetime64[ns]", "datetime64", "datetime64"},
      {2, "float16", "float", "float16"},
  };
  return kFacts[static_cast<size_t>(dtype)];
}

bool IsInteger(DType dtype) {
  return dtype >= DType::kBool && dtype <= DType::kUInt64;
}

// A number while it is converted: an integer (sign and magnitude apart, to hold
// both int64_t and uint64_t), or a complex number of doubles.
struct Number {
  bool integer = false;
  bool negative = false;
  uint64_t magnitude = 0;
  std::complex<double> complex;
};

template <typename T>
T Load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T>
Number IntegerNumber(T value) {
  Number number;
  number.integer = true;
  number.negative = value < 0;
  number.magnitude = number.negative ? -static_cast<uint64_t>(value)
                                     : static_cast<uint64_t>(value);
  return number;
}

// IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction.
double HalfToDouble(uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  double magnitude = std::ldexp(fraction | 0x400, exponent - 25);
  if (exponent == 0) magnitude = std::ldexp(fraction, -24);
  if (exponent == 0x1f) {
    magnitude = fraction == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

Number LoadNumber(DType dtype, const char* from) {
  switch (dtype) {
    case DType::kBool:
      return IntegerNumber(Load<uint8_t>(from));
    case DType::kInt8:
      return IntegerNumber(Load<int8_t>(from));
    case DType::kInt16:
      return IntegerNumber(Load<int16_t>(from));
    case DType::kInt32:
      return IntegerNumber(Load<int32_t>(from));
    case DType::kInt64:
      return IntegerNumber(Load<int64_t>(from));
    case DType::kUInt8:
      return IntegerNumber(Load<uint8_t>(from));
    case DType::kUInt16:
      return IntegerNumber(Load<uint16_t>(from));
    case DType::kUInt32:
      return IntegerNumber(Load<uint32_t>(from));
    case DType::kUInt64:
      return IntegerNumber(Load<uint64_t>(from));
    case DType::kFloat32:
      return {false, false, 0, Load<float>(from)};
    case DType::kFloat64:
      return {false, false, 0, Load<double>(from)};
    case DType::kFloat16:
      return {false, false, 0, HalfToDouble(Load<uint16_t>(from))};
    case DType::kComplex64:
      return {false, false, 0,
              std::complex<double>(Load<std::complex<float>>(from))};
    default:
      return {false, false, 0, Load<std::complex<double>>(from)};
  }
}

// The integer as a T; false if it does not fit.
template <typename T>
bool StoreInteger(const Number& number, char* to) {
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<T>::max()) +
                         (number.negative ? 1 : 0);
  if (number.negative && !std::is_signed_v<T>) return false;
  if (number.magnitude > limit) return false;
  const T value =
      static_cast<T>(number.negative ? -number.magnitude : number.magnitude);
  std::memcpy(to, &value, sizeof(T));
  return true;
}

// The number as floats of type T; false if it is no longer the same.
template <typename T>
bool ExactFloat(const Number& number, std::complex<T>* out) {
  if (number.integer) {
    const T magnitude = static_cast<T>(number.magnitude);
    if (magnitude >= static_cast<T>(18446744073709551616.0) ||
        static_cast<uint64_t>(magnitude) != number.magnitude) {
      return false;
    }
    *out = number.negative ? -magnitude : magnitude;
    return true;
  }
  const auto exact = [](double from, T to) {
    return std::isnan(from) || static_cast<double>(to) == from;
  };
  *out = std::complex<T>(static_cast<T>(number.complex.real()),
                         static_cast<T>(number.complex.imag()));
  return exact(number.complex.real(), out->real()) &&
         exact(number.complex.imag(), out->imag());
}

template <typename T>
bool StoreFloat(const Number& number, bool is_complex, char* to) {
  std::complex<T> value;
  if (!ExactFloat<T>(number, &value)) return false;
  if (is_complex) {
    std::memcpy(to, &value, sizeof(value));
    return true;
  }
  if (value.imag() != 0) return false;
  const T real = value.real();
  std::memcpy(to, &real, sizeof(real));
  return true;
}

}  // namespace

size_t ItemSize(DType dtype) { return FactsOf(dtype).item_size; }

absl::string_view DTypeName(DType dtype) { return FactsOf(dtype).name; }

Value::Value()
    : Value(Scalar(DType::kInt64, Flavor::kPython, std::string(8, '\0'))) {}

Value Value::Scalar(DType dtype, Flavor flavor, absl::string_view bytes) {
  Bits bits{};
  std::memcpy(bits.bytes.data(), bytes.data(), ItemSize(dtype));
  return Value(dtype, Form::kScalar, flavor, bits);
}

Value Value::Text(DType dtype, Flavor flavor, std::string text) {
  return Value(dtype, Form::kScalar, flavor, std::move(text));
}

Value Value::Collection(Form form, DType dtype, Flavor flavor,
                        std::vector<int64_t> shape, std::vector<char> bytes) {
  auto owner = std::make_shared<const std::vector<char>>(std::move(bytes));
  const absl::string_view view(owner->data(), owner->size());
  return SharedCollection(form, dtype, flavor, std::move(shape),
                          std::move(owner), view);
}

Value Value::SharedCollection(Form form, DType dtype, Flavor flavor,
                              std::vector<int64_t> shape,
                              std::shared_ptr<const void> owner,
                              absl::string_view bytes) {
  return Value(dtype, form, flavor,
               std::make_shared<const Elements>(
                   Elements{std::move(shape), std::move(owner), bytes, {}}));
}

Value Value::TextCollection(Form form, DType dtype, Flavor flavor,
                            std::vector<int64_t> shape,
                            std::vector<std::string> texts) {
  return Value(dtype, form, flavor,
               std::make_shared<const Elements>(
                   Elements{std::move(shape), nullptr, {}, std::move(texts)}));
}

Value Value::Composed(Form form, std::shared_ptr<const Composite> composite) {
  // The type of element does not count.
  return Value(DType::kUInt8, form, Flavor::kPython, std::move(composite));
}

const Composite* Value::composite() const {
  const auto* composite = std::get_if<std::shared_ptr<const Composite>>(&data_);
  return composite == nullptr ? nullptr : composite->get();
}

Value Value::Sequence(Form form, const Value& array, const Value& element) {
  Value value = array;
  value.form_ = form;
  value.flavor_ = element.flavor_;
  return value;
}

absl::Span<const int64_t> Value::shape() const {
  const auto* elements = std::get_if<std::shared_ptr<const Elements>>(&data_);
  return elements == nullptr ? absl::Span<const int64_t>()
                             : absl::MakeConstSpan((*elements)->shape);
}

int64_t Value::size() const {
  int64_t size = 1;
  for (const int64_t length : shape()) size *= length;
  return size;
}

absl::string_view Value::type_name() const {
  switch (form_) {
    case Form::kScalar:
      return scalar_type_name();
    case Form::kArray:
      return "ndarray";
    case Form::kMatrix:
      return "matrix";
    case Form::kList:
      return "list";
    case Form::kTuple:
      return "tuple";
    default:
      return CompositeTypeName(*composite());
  }
}

absl::string_view Value::scalar_type_name() const {
  const DTypeFacts& facts = FactsOf(dtype_);
  return flavor_ == Flavor::kPython ? facts.python_name : facts.numpy_name;
}

std::string Value::TypeDescription() const {
  if (is_scalar() || is_composite()) return std::string(type_name());
  const absl::string_view element =
      form_ == Form::kArray || form_ == Form::kMatrix ? DTypeName(dtype_)
                                                      : scalar_type_name();
  return absl::StrCat(type_name(), " of ", element, " with shape (",
                      absl::StrJoin(shape(), ", "),
                      shape().size() == 1 ? ",)" : ")");
}

absl::string_view Value::bytes() const {
  if (const auto* bits = std::get_if<Bits>(&data_)) {
    return {bits->bytes.data(), ItemSize(dtype_)};
  }
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  if (is_composite()) return {};
  return std::get<std::shared_ptr<const Elements>>(data_)->bytes;
}

absl::Span<const std::string> Value::texts() const {
  if (const auto* text = std::get_if<std::string>(&data_)) {
    return absl::MakeConstSpan(text, 1);
  }
  if (const auto* elements =
          std::get_if<std::shared_ptr<const Elements>>(&data_)) {
    return (*elements)->texts;
  }
  return {};
}

absl::StatusOr<Value> Value::WithDType(DType dtype) const {
  Bits bits{};
  if (!is_scalar() || is_text() ||
      !value_internal::ConvertNumber(dtype_, bytes().data(), dtype,
                                     bits.bytes.data())) {
    return value_internal::NotA(*this, DTypeName(dtype));
  }
  return Value(dtype, Form::kScalar, flavor_, bits);
}

bool Value::SameElementType(const Value& other) const {
  return form_ == other.form_ && dtype_ == other.dtype_ &&
         flavor_ == other.flavor_;
}

bool Value::SameType(const Value& other) const {
  return SameElementType(other) && shape() == other.shape();
}

bool operator==(const Value& a, const Value& b) {
  if (a.is_composite()) {
    return a.form() == b.form() && *a.composite() == *b.composite();
  }
  return a.SameType(b) && a.bytes() == b.bytes() && a.texts() == b.texts();
}

namespace value_internal {

bool ConvertNumber(DType dtype, const char* from, DType to_type, char* to) {
  if (dtype == to_type) {
    std::memcpy(to, from, ItemSize(dtype));
    return true;
  }
  // A truth value is no number, nor is a date.
  for (const DType type : {dtype, to_type}) {
    if (type == DType::kBool || type == DType::kDatetime64) return false;
  }
  const Number number = LoadNumber(dtype, from);
  if (IsInteger(to_type) && !number.integer) return false;
  switch (to_type) {
    case DType::kInt8:
      return StoreInteger<int8_t>(number, to);
    case DType::kInt16:
      return StoreInteger<int16_t>(number, to);
    case DType::kInt32:
      return StoreInteger<int32_t>(number, to);
    case DType::kInt64:
      return StoreInteger<int64_t>(number, to);
    case DType::kUInt8:
      return StoreInteger<uint8_t>(number, to);
    case DType::kUInt16:
      return StoreInteger<uint16_t>(number, to);
    case DType::kUInt32:
      return StoreInteger<uint32_t>(number, to);
    case DType::kUInt64:
      return StoreInteger<uint64_t>(number, to);
    case DType::kFloat32:
      return StoreFloat<float>(number, /*is_complex=*/false, to);
    case DType::kFloat64:
      return StoreFloat<double>(number, /*is_complex=*/false, to);
    case DType::kComplex64:
      return StoreFloat<float>(number, /*is_complex=*/true, to);
    case DType::kComplex128:
      return StoreFloat<double>(number, /*is_complex=*/true, to);
    default:
      return false;
  }
}

absl::Status NotA(const Value& value, absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat("a value of type ", value.TypeDescription(), " (",
                   PythonRepr(value, 40), ") cannot be read as ", wanted));
}

}  // namespace value_internal
}  // namespace cppet
