#ifndef CPPET_TRAJECTORY_VALUE_H_
#define CPPET_TRAJECTORY_VALUE_H_

#include <array>
#include <complex>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cppet {

// The type of one element. The numbers are in snapshots: append, never reorder.
enum class DType : uint8_t {
  kBool = 0,
  kInt8 = 1,
  kInt16 = 2,
  kInt32 = 3,
  kInt64 = 4,
  kUInt8 = 5,
  kUInt16 = 6,
  kUInt32 = 7,
  kUInt64 = 8,
  kFloat32 = 9,
  kFloat64 = 10,
  kComplex64 = 11,
  kComplex128 = 12,
  kString = 13,      // UTF-8 text
  kBytes = 14,       // any bytes; trailing NULs do not survive a file
  kDatetime64 = 15,  // int64_t nanoseconds since 1970, as pandas has them
  kFloat16 = 16,     // IEEE half precision
};

// How elements are put together. Append, never reorder. Those from kDict on are
// the composite ones (composite.h).
enum class Form : uint8_t {
  kScalar = 0,
  kArray = 1,   // N-d, C order: numpy.ndarray
  kMatrix = 2,  // 2-d: numpy.matrix
  kList = 3,    // 1-d: list
  kTuple = 4,   // 1-d: tuple
  kDict = 5,
  kTable = 6,
  kFrame = 7,
  kSeries = 8,
  kSparse = 9,
  kPickle = 10,
  kUser = 11,
  kShared = 12,
};

// Who the elements of a scalar, list or tuple are to Python: its own `int`,
// `float`, ..., or numpy's `int64`, `float64`, ... Arrays are always numpy's.
enum class Flavor : uint8_t { kPython = 0, kNumpy = 1 };

// True for kDict and all that follow.
constexpr bool IsComposite(Form form) { return form >= Form::kDict; }

struct Composite;

// Bytes of one element; 0 for kString and kBytes, which have no fixed size.
size_t ItemSize(DType dtype);

// numpy's name: "bool", "int32", "complex128", "str", "bytes".
absl::string_view DTypeName(DType dtype);

// Data that is not text.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes& a, const Bytes& b) {
    return a.data == b.data;
  }
};

// An N-d array in C order: `data` has the product of `shape` elements.
template <typename T>
struct NdArray {
  std::vector<int64_t> shape;
  std::vector<T> data;
  friend bool operator==(const NdArray& a, const NdArray& b) {
    return a.shape == b.shape && a.data == b.data;
  }
};

// Translates a C++ type to and from Value. Defined for bool, all integers but
// char, float, double, std::complex of both, std::string, Bytes, and
// std::vector and NdArray of them; in composite.h for tables, data frames,
// sparse matrices, ...; in user_type.h for types of the user's own.
template <typename T, typename Enable = void>
struct ValueTraits;

// One value of a parameter or a result: a scalar, an N-d array, a list or a
// tuple, of numbers or strings; or something composite. Immutable; a copy is
// cheap, as arrays are shared. A vector that is moved into it is not copied.
//
//   Value v = 2.5;                              // a float
//   Value a = NdArray<int64_t>{{2, 2}, {1, 2, 3, 4}};
//   absl::StatusOr<double> d = v.As<double>();
//
// C++ types become Python types so that nothing is lost and pypet users meet
// what they expect: bool `bool`, int32_t and int64_t `int`, double `float`,
// std::complex<double> `complex`, std::string `str`, Bytes `bytes`; all others
// the numpy scalar of that width. A vector is a numpy array.
class Value {
 public:
  // The integer 0.
  Value();

  template <typename T, typename = decltype(ValueTraits<std::decay_t<T>>::kIs)>
  Value(T&& value)  // NOLINT: a Value is what it is made of
      : Value(ValueTraits<std::decay_t<T>>::ToValue(std::forward<T>(value))) {}

  // A scalar of fixed size from its bytes in this machine's order. `bytes` has
  // ItemSize(dtype) bytes.
  static Value Scalar(DType dtype, Flavor flavor, absl::string_view bytes);
  // A scalar of type kString or kBytes.
  static Value Text(DType dtype, Flavor flavor, std::string text);
  // A collection of elements of fixed size, C order. `bytes` has the product
  // of `shape` times ItemSize(dtype) bytes; lists and tuples are 1-d.
  static Value Collection(Form form, DType dtype, Flavor flavor,
                          std::vector<int64_t> shape, std::vector<char> bytes);
  // The same without a copy: `owner` keeps `bytes`, which are aligned for the
  // element type and change no more.
  static Value SharedCollection(Form form, DType dtype, Flavor flavor,
                                std::vector<int64_t> shape,
                                std::shared_ptr<const void> owner,
                                absl::string_view bytes);
  // A collection of elements of type kString or kBytes.
  static Value TextCollection(Form form, DType dtype, Flavor flavor,
                              std::vector<int64_t> shape,
                              std::vector<std::string> texts);
  // `form` is the composite one of what `composite` holds.
  static Value Composed(Form form, std::shared_ptr<const Composite> composite);
  // Python's own list or tuple of `items`.
  template <typename T>
  static Value List(const std::vector<T>& items) {
    return Sequence(Form::kList, Value(items), Value(T()));
  }
  template <typename T>
  static Value Tuple(const std::vector<T>& items) {
    return Sequence(Form::kTuple, Value(items), Value(T()));
  }

  DType dtype() const { return dtype_; }
  Form form() const { return form_; }
  Flavor flavor() const { return flavor_; }
  bool is_scalar() const { return form_ == Form::kScalar; }
  bool is_composite() const { return IsComposite(form_); }
  bool is_text() const {
    return dtype_ == DType::kString || dtype_ == DType::kBytes;
  }
  // Null unless it is composite.
  const Composite* composite() const;
  // Lengths of the dimensions; empty for a scalar and what is composite.
  absl::Span<const int64_t> shape() const;
  // Number of elements; 1 for a scalar and what is composite.
  int64_t size() const;
  // The name of Python's type: "float", "int32", "ndarray", "list", ...
  absl::string_view type_name() const;
  // The name of the type of an element: "float", "int32", "str", ...
  absl::string_view scalar_type_name() const;
  // type_name() and, for collections, element type and shape, for messages:
  // "float", "ndarray of float64 with shape (2, 3)".
  std::string TypeDescription() const;

  // The elements in memory order, for values that are not text; for a text
  // scalar, the text; empty for what is composite. Aligned for the element
  // type.
  absl::string_view bytes() const;
  // The elements of a text collection; of a text scalar, itself.
  absl::Span<const std::string> texts() const;

  // The value as a T. Numbers are converted when nothing is lost (an int to a
  // double that holds it exactly, an int64_t to an int32_t that it fits).
  //
  // Errors:
  //   kInvalidArgument: it is no T.
  template <typename T>
  absl::StatusOr<T> As() const {
    return ValueTraits<T>::FromValue(*this);
  }

  // The scalar as another type of Python's int: an int32_t as an int64_t and
  // back. Errors as As.
  absl::StatusOr<Value> WithDType(DType dtype) const;

  // True if all but the elements and the shape agree: what the values of a
  // range do.
  bool SameElementType(const Value& other) const;
  // True if all but the elements agree.
  bool SameType(const Value& other) const;

  // Same type, same shape, same bits (so nan equals nan, and 0.0 not -0.0).
  friend bool operator==(const Value& a, const Value& b);
  friend bool operator!=(const Value& a, const Value& b) { return !(a == b); }

 private:
  struct Elements {
    std::vector<int64_t> shape;
    std::shared_ptr<const void> owner;  // of the bytes
    absl::string_view bytes;
    std::vector<std::string> texts;
  };
  struct Bits {
    alignas(8) std::array<char, 16> bytes;
  };

  using Data = std::variant<Bits, std::string, std::shared_ptr<const Elements>,
                            std::shared_ptr<const Composite>>;

  Value(DType dtype, Form form, Flavor flavor, Data data)
      : dtype_(dtype), form_(form), flavor_(flavor), data_(std::move(data)) {}

  static Value Sequence(Form form, const Value& array, const Value& element);

  DType dtype_;
  Form form_;
  Flavor flavor_;
  Data data_;
};

// Named values by item name, in the order in which they were added. Most leaves
// have one, for which they need no memory of their own.
using Items = absl::InlinedVector<std::pair<std::string, Value>, 1>;

namespace value_internal {

template <typename T>
constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                            !std::is_same_v<T, char>;

template <typename T>
constexpr bool kIsComplex = std::is_same_v<T, std::complex<float>> ||
                            std::is_same_v<T, std::complex<double>>;

template <typename T>
constexpr bool kIsNumber =
    std::is_same_v<T, bool> || kIsInteger<T> || std::is_same_v<T, float> ||
    std::is_same_v<T, double> || kIsComplex<T>;

template <typename T>
constexpr bool kIsText =
    std::is_same_v<T, std::string> || std::is_same_v<T, Bytes>;

template <typename T>
constexpr DType DTypeOf() {
  if constexpr (std::is_same_v<T, bool>) return DType::kBool;
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
  if constexpr (std::is_same_v<T, std::complex<float>>) {
    return DType::kComplex64;
  }
  if constexpr (std::is_same_v<T, std::complex<double>>) {
    return DType::kComplex128;
  }
  if constexpr (std::is_same_v<T, std::string>) return DType::kString;
  if constexpr (std::is_same_v<T, Bytes>) return DType::kBytes;
  if constexpr (kIsInteger<T>) {
    constexpr int kWidth = sizeof(T) == 1   ? 0
                           : sizeof(T) == 2 ? 1
                           : sizeof(T) == 4 ? 2
                                            : 3;
    return static_cast<DType>(
        static_cast<int>(std::is_signed_v<T> ? DType::kInt8 : DType::kUInt8) +
        kWidth);
  }
}

constexpr Flavor FlavorOf(DType dtype) {
  switch (dtype) {
    case DType::kBool:
    case DType::kInt32:
    case DType::kInt64:
    case DType::kFloat64:
    case DType::kComplex128:
    case DType::kString:
    case DType::kBytes:
      return Flavor::kPython;
    default:
      return Flavor::kNumpy;
  }
}

inline std::string ToText(std::string text) { return text; }
inline std::string ToText(Bytes bytes) { return std::move(bytes.data); }

// Converts the element at `from` of type `dtype` to a number of type `to_type`
// at `to`; false if something would be lost.
bool ConvertNumber(DType dtype, const char* from, DType to_type, char* to);

absl::Status NotA(const Value& value, absl::string_view wanted);

// Keeps `data` as it is: a large array of a result is not copied if its
// vector is moved here. (A copy into new memory took 8 ms for 16 MiB, twice as
// long as to write them.)
template <typename T>
Value ArrayToValue(std::vector<int64_t> shape, std::vector<T> data) {
  constexpr DType kType = DTypeOf<T>();
  if constexpr (kIsText<T>) {
    std::vector<std::string> texts;
    texts.reserve(data.size());
    for (T& item : data) texts.push_back(ToText(std::move(item)));
    return Value::TextCollection(Form::kArray, kType, Flavor::kNumpy,
                                 std::move(shape), std::move(texts));
  } else if constexpr (std::is_same_v<T, bool>) {
    return Value::Collection(Form::kArray, kType, Flavor::kNumpy,
                             std::move(shape), {data.begin(), data.end()});
  } else {
    auto owner = std::make_shared<const std::vector<T>>(std::move(data));
    const absl::string_view bytes(reinterpret_cast<const char*>(owner->data()),
                                  owner->size() * sizeof(T));
    return Value::SharedCollection(Form::kArray, kType, Flavor::kNumpy,
                                   std::move(shape), std::move(owner), bytes);
  }
}

template <typename T>
absl::StatusOr<std::vector<T>> ElementsOf(const Value& value) {
  constexpr DType kType = DTypeOf<T>();
  std::vector<T> out;
  if constexpr (kIsText<T>) {
    if (value.dtype() != kType) return NotA(value, DTypeName(kType));
    for (const std::string& text : value.texts()) {
      if constexpr (std::is_same_v<T, Bytes>) {
        out.push_back(Bytes{text});
      } else {
        out.push_back(text);
      }
    }
  } else {
    if (value.is_text() || value.is_composite()) {
      return NotA(value, DTypeName(kType));
    }
    const size_t step = ItemSize(value.dtype());
    const int64_t size = value.size();
    if constexpr (!std::is_same_v<T, bool>) {
      if (value.dtype() == kType) {
        out.resize(size);
        if (size > 0)
          std::memcpy(out.data(), value.bytes().data(), size * step);
        return out;
      }
    }
    out.reserve(size);
    for (int64_t i = 0; i < size; ++i) {
      T item;
      if (!ConvertNumber(value.dtype(), value.bytes().data() + i * step, kType,
                         reinterpret_cast<char*>(&item))) {
        return NotA(value, DTypeName(kType));
      }
      out.push_back(item);
    }
  }
  return out;
}

}  // namespace value_internal

template <typename T>
struct ValueTraits<T, std::enable_if_t<value_internal::kIsNumber<T>>> {
  static constexpr bool kIs = true;
  static Value ToValue(T value) {
    constexpr DType kType = value_internal::DTypeOf<T>();
    return Value::Scalar(
        kType, value_internal::FlavorOf(kType),
        absl::string_view(reinterpret_cast<const char*>(&value), sizeof(T)));
  }
  static absl::StatusOr<T> FromValue(const Value& value) {
    T out;
    constexpr DType kType = value_internal::DTypeOf<T>();
    if (!value.is_scalar() || value.is_text() ||
        !value_internal::ConvertNumber(value.dtype(), value.bytes().data(),
                                       kType, reinterpret_cast<char*>(&out))) {
      return value_internal::NotA(value, DTypeName(kType));
    }
    return out;
  }
};

template <typename T>
struct ValueTraits<T, std::enable_if_t<value_internal::kIsText<T>>> {
  static constexpr bool kIs = true;
  static Value ToValue(T value) {
    return Value::Text(value_internal::DTypeOf<T>(), Flavor::kPython,
                       value_internal::ToText(std::move(value)));
  }
  static absl::StatusOr<T> FromValue(const Value& value) {
    constexpr DType kType = value_internal::DTypeOf<T>();
    if (!value.is_scalar() || value.dtype() != kType) {
      return value_internal::NotA(value, DTypeName(kType));
    }
    return T{value.texts()[0]};
  }
};

template <>
struct ValueTraits<const char*> : ValueTraits<std::string> {};
template <>
struct ValueTraits<char*> : ValueTraits<std::string> {};
template <>
struct ValueTraits<absl::string_view> {
  static constexpr bool kIs = true;
  static Value ToValue(absl::string_view value) {
    return Value::Text(DType::kString, Flavor::kPython, std::string(value));
  }
};

template <typename T>
struct ValueTraits<std::vector<T>,
                   std::enable_if_t<value_internal::kIsNumber<T> ||
                                    value_internal::kIsText<T>>> {
  static constexpr bool kIs = true;
  static Value ToValue(std::vector<T> value) {
    const auto size = static_cast<int64_t>(value.size());
    return value_internal::ArrayToValue({size}, std::move(value));
  }
  static absl::StatusOr<std::vector<T>> FromValue(const Value& value) {
    if (value.shape().size() != 1) {
      return value_internal::NotA(value, "1-d array");
    }
    return value_internal::ElementsOf<T>(value);
  }
};

template <typename T>
struct ValueTraits<NdArray<T>, std::enable_if_t<value_internal::kIsNumber<T> ||
                                                value_internal::kIsText<T>>> {
  static constexpr bool kIs = true;
  static Value ToValue(NdArray<T> value) {
    return value_internal::ArrayToValue(std::move(value.shape),
                                        std::move(value.data));
  }
  static absl::StatusOr<NdArray<T>> FromValue(const Value& value) {
    if (value.is_scalar()) return value_internal::NotA(value, "array");
    auto elements = value_internal::ElementsOf<T>(value);
    if (!elements.ok()) return elements.status();
    return NdArray<T>{{value.shape().begin(), value.shape().end()},
                      *std::move(elements)};
  }
};

// Python's repr of `value`: "1.5", "'text'", "array([1.0, 2.0])". At most
// about `max_size` bytes, longer ones end with "...".
std::string PythonRepr(const Value& value, size_t max_size = 512);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_VALUE_H_
