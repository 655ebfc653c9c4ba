#ifndef CPPET_STORAGE_HDF5_API_LITTLE_ENDIAN_H_
#define CPPET_STORAGE_HDF5_API_LITTLE_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// Takes whole numbers of 1 to 8 bytes, the lowest first, from bytes that may
// end too early.
class LittleEndianReader {
 public:
  explicit LittleEndianReader(absl::string_view bytes) : bytes_(bytes) {}

  // False once more was taken than there was; zeros and nothing came then.
  bool ok() const { return ok_; }
  absl::string_view rest() const { return bytes_; }

  uint64_t Number(size_t size) {
    uint64_t number = 0;
    const absl::string_view bytes = Bytes(size);
    for (size_t i = bytes.size(); i > 0; --i) {
      number = number << 8 | static_cast<uint8_t>(bytes[i - 1]);
    }
    return number;
  }

  absl::string_view Bytes(uint64_t size) {
    if (size > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const absl::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

 private:
  absl::string_view bytes_;
  bool ok_ = true;
};

// Puts the lowest `size` bytes of `number` at `out`.
inline void PutLittleEndian(uint64_t number, size_t size, char* out) {
  for (size_t i = 0; i < size; ++i) {
    out[i] = static_cast<char>(number >> (8 * i));
  }
}

inline void AppendLittleEndian(uint64_t number, size_t size, std::string* out) {
  out->resize(out->size() + size);
  PutLittleEndian(number, size, out->data() + out->size() - size);
}

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_LITTLE_ENDIAN_H_
