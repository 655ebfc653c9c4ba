#ifndef CPPET_ENVIRONMENT_CEREAL_RETURN_H_
#define CPPET_ENVIRONMENT_CEREAL_RETURN_H_

#include <string>
#include <type_traits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/calls/cereal_codec.h"
#include "cppet/environment/calls/return_codec.h"

namespace cppet {

// With this header a run function may return all that cereal can save and load:
//
//   #include "cereal/types/map.hpp"
//   #include "cppet/environment/cereal_return.h"
//   ...
//   env->Run([](cppet::Run& run) { return std::map<int, double>{{1, 0.5}}; });
template <typename T>
struct ReturnCodec<
    T, std::enable_if_t<!return_codec_internal::HasValueTraits<T>::value &&
                        kIsCerealSerializable<T>>> {
  static absl::StatusOr<std::string> Encode(const T& value) {
    absl::StatusOr<std::string> bytes = EncodeWithCereal(value);
    if (!bytes.ok()) return WithPrefix("the returned value", bytes.status());
    return bytes;
  }

  static absl::StatusOr<T> Decode(absl::string_view bytes) {
    absl::StatusOr<T> value = DecodeWithCereal<T>(bytes);
    if (!value.ok()) return WithPrefix("the returned value", value.status());
    return value;
  }
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CEREAL_RETURN_H_
