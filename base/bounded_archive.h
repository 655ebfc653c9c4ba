#ifndef CPPET_BASE_BOUNDED_ARCHIVE_H_
#define CPPET_BASE_BOUNDED_ARCHIVE_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "cereal/archives/binary.hpp"
#include "cereal/cereal.hpp"

namespace cppet {

// Loads what a cereal::BinaryOutputArchive saved, from bytes that may be
// damaged: it takes no more memory than they can be worth, and throws a
// cereal::Exception at what is none.
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
  void CheckSize(size_t size, size_t element_size = 1) const {
    // An element without members takes no bytes.
    constexpr size_t kFew = 4096;
    if (size > rest_.size() / element_size && size > kFew) {
      throw cereal::Exception("it has more elements than bytes");
    }
  }

 private:
  absl::string_view rest_;
};

// cereal finds these by the namespace of the archive.
template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive, T& number) {
  if constexpr (std::is_same_v<T, bool>) {
    unsigned char byte = 0;
    archive.loadBinary(&byte, 1);
    if (byte > 1) throw cereal::Exception("a bool is neither true nor false");
    number = byte != 0;
  } else {
    archive.loadBinary(std::addressof(number), sizeof(number));
  }
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

// Instead of cereal's, which makes all elements before it loads the first.
template <typename T, typename Allocator,
          std::enable_if_t<!std::is_same_v<T, bool>, int> = 0>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInputArchive& archive,
                               std::vector<T, Allocator>& elements) {
  cereal::size_type size = 0;
  archive(cereal::make_size_tag(size));
  elements.clear();
  if constexpr (std::is_arithmetic_v<T>) {
    archive.CheckSize(size, sizeof(T));
    elements.resize(size);
    archive.loadBinary(elements.data(), size * sizeof(T));
  } else {
    for (; size > 0; --size) archive(elements.emplace_back());
  }
}

}  // namespace cppet

namespace cereal::traits::detail {

template <>
struct get_output_from_input<cppet::BoundedInputArchive> {
  using type = BinaryOutputArchive;
};

}  // namespace cereal::traits::detail

CEREAL_REGISTER_ARCHIVE(cppet::BoundedInputArchive)

#endif  // CPPET_BASE_BOUNDED_ARCHIVE_H_
