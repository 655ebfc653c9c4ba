#ifndef CPPET_ENVIRONMENT_CALLS_RETURN_CODEC_H_
#define CPPET_ENVIRONMENT_CALLS_RETURN_CODEC_H_

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Translates what a run function returns to bytes and back, as it may come
// from another process. Defined for all types that a Value is made of, and
// Value itself; cereal_return.h adds all types that cereal knows. For another
// type, specialise it with two functions:
//
//   static absl::StatusOr<std::string> Encode(const T& value);
//   static absl::StatusOr<T> Decode(absl::string_view bytes);
template <typename T, typename Enable = void>
struct ReturnCodec {
  static_assert(!std::is_same_v<T, T>,
                "a run function cannot return this type: include "
                "cppet/environment/cereal_return.h and what makes cereal "
                "serialise it, or specialise cppet::ReturnCodec");
};

namespace return_codec_internal {

template <typename T, typename = void>
struct HasValueTraits : std::false_type {};
template <typename T>
struct HasValueTraits<T, std::void_t<decltype(ValueTraits<T>::kIs)>>
    : std::true_type {};

}  // namespace return_codec_internal

template <>
struct ReturnCodec<std::monostate> {
  static absl::StatusOr<std::string> Encode(std::monostate) { return ""; }
  static absl::StatusOr<std::monostate> Decode(absl::string_view) {
    return std::monostate();
  }
};

template <>
struct ReturnCodec<Value> {
  static absl::StatusOr<std::string> Encode(const Value& value) {
    return EncodeValue(value);
  }
  static absl::StatusOr<Value> Decode(absl::string_view bytes) {
    return DecodeValue(bytes);
  }
};

template <typename T>
struct ReturnCodec<
    T, std::enable_if_t<return_codec_internal::HasValueTraits<T>::value>> {
  static absl::StatusOr<std::string> Encode(const T& value) {
    return EncodeValue(Value(value));
  }
  static absl::StatusOr<T> Decode(absl::string_view bytes) {
    CPPET_ASSIGN_OR_RETURN(const Value value, DecodeValue(bytes));
    return value.As<T>();
  }
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_RETURN_CODEC_H_
