#ifndef CPPET_ENVIRONMENT_CEREAL_CODEC_H_
#define CPPET_ENVIRONMENT_CEREAL_CODEC_H_

#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"
#include "cereal/cereal.hpp"

namespace cppet {

// Loads what a cereal::BinaryOutputArchive saved, from bytes that may be
// damaged: it takes no more memory than they can be worth.
class BoundedInputArchive
    : public cereal::InputArchive<BoundedInputArchive,
                                  cereal::AllowEmptyClassElision> {
 public:
  explicit BoundedInputArchive(absl::string_view bytes)
      : InputArchive(this), rest_(bytes) {}

  // What is not loaded yet.
  absl::string_view rest() const { return rest_; }

  // For cereal, which takes exceptions.
  void loadBinary(void* data, size_t size) {
    if (size > rest_.size()) throw cereal::Exception("it ends too early");
    if (size > 0) std::memcpy(data, rest_.data(), size);
    rest_.remove_prefix(size);
  }
  void CheckSize(size_t size) const {
    // An element without members takes no bytes.
    constexpr size_t kFew = 4096;
    if (size > rest_.size() && size > kFew) {
      throw cereal::Exception("it has more elements than bytes");
    }
  }

 private:
  absl::string_view rest_;
};

// cereal finds these by the namespace of the archive.
template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive, T& number) {
  archive.loadBinary(std::addressof(number), sizeof(number));
}

template <typename T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive,
                               cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}

template <typename T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive,
                               cereal::SizeTag<T>& tag) {
  archive(tag.size);
  archive.CheckSize(tag.size);
}

template <typename T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive,
                               cereal::BinaryData<T>& data) {
  archive.loadBinary(data.data, data.size);
}

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

namespace cereal::traits::detail {

template <>
struct get_output_from_input<cppet::BoundedInputArchive> {
  using type = BinaryOutputArchive;
};

}  // namespace cereal::traits::detail

CEREAL_REGISTER_ARCHIVE(cppet::BoundedInputArchive)

#endif  // CPPET_ENVIRONMENT_CEREAL_CODEC_H_
