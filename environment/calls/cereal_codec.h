#ifndef CPPET_ENVIRONMENT_CALLS_CEREAL_CODEC_H_
#define CPPET_ENVIRONMENT_CALLS_CEREAL_CODEC_H_

#include <exception>
#include <sstream>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"
#include "cereal/cereal.hpp"
#include "cppet/base/bounded_archive.h"

namespace cppet {

// Whether cereal can save and load a T.
template <typename T>
inline constexpr bool kIsCerealSerializable =
    !std::is_pointer_v<T> &&
    (cereal::traits::is_output_serializable<
        T, cereal::BinaryOutputArchive>::value) &&
    (cereal::traits::is_input_serializable<T, BoundedInputArchive>::value);

// A value as bytes, for the same program, and back.
//
// Errors of Encode:
//   kInvalidArgument: saving it throws; with what.
// Errors of Decode:
//   kDataLoss: the bytes are no whole T, or more than one.
template <typename T>
absl::StatusOr<std::string> EncodeWithCereal(const T& value) {
  std::ostringstream stream;
  try {
    cereal::BinaryOutputArchive archive(stream);
    archive(value);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot be saved: ", error.what()));
  }
  return stream.str();
}

template <typename T>
absl::StatusOr<T> DecodeWithCereal(absl::string_view bytes) {
  T value;
  try {
    BoundedInputArchive archive(bytes);
    archive(value);
    if (!archive.rest().empty()) {
      return absl::DataLossError("cannot be loaded: there are bytes left over");
    }
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrCat("cannot be loaded: ", error.what()));
  }
  return value;
}

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_CEREAL_CODEC_H_
