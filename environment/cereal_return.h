#ifndef CPPET_ENVIRONMENT_CEREAL_RETURN_H_
#define CPPET_ENVIRONMENT_CEREAL_RETURN_H_

#include <exception>
#include <sstream>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"
#include "cppet/environment/return_codec.h"

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
                        cereal::traits::is_output_serializable<
                            T, cereal::BinaryOutputArchive>::value &&
                        cereal::traits::is_input_serializable<
                            T, cereal::BinaryInputArchive>::value>> {
  static absl::StatusOr<std::string> Encode(const T& value) {
    std::ostringstream stream;
    try {
      cereal::BinaryOutputArchive archive(stream);
      archive(value);
    } catch (const std::exception& error) {
      return absl::InvalidArgumentError(
          absl::StrCat("the returned value cannot be saved: ", error.what()));
    }
    return stream.str();
  }

  static absl::StatusOr<T> Decode(absl::string_view bytes) {
    std::istringstream stream{std::string(bytes)};
    T value;
    try {
      cereal::BinaryInputArchive archive(stream);
      archive(value);
    } catch (const std::exception& error) {
      return absl::DataLossError(
          absl::StrCat("the returned value cannot be loaded: ", error.what()));
    }
    return value;
  }
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CEREAL_RETURN_H_
