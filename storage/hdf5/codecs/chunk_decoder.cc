#include "cppet/storage/hdf5/codecs/chunk_decoder.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

namespace cppet::hdf5 {
namespace {

// Puts together the parts of `count` elements, whose first bytes come first in
// `from`, then the second ones, ...
void Unshuffle(const char* from, size_t count,
               absl::Span<const ElementPart> parts, char* to) {
  // So many elements are written once for all of their bytes.
  constexpr size_t kBlock = 128;
  size_t size = 0;
  for (const ElementPart& part : parts) size += part.size;
  for (size_t first = 0; first < count; first += kBlock) {
    const size_t end = std::min(count, first + kBlock);
    char* column = to + first * size;
    for (const ElementPart& part : parts) {
      for (size_t byte = part.offset; byte < part.offset + part.size; ++byte) {
        const char* in = from + byte * count;
        char* out = column++;
        for (size_t i = first; i < end; ++i, out += size) *out = in[i];
      }
    }
  }
}

}  // namespace

std::optional<ChunkDecoder> ChunkDecoder::Of(hid_t properties,
                                             size_t element_size) {
  const int count = H5Pget_nfilters(properties);
  if (count < 1 || count > 2 || element_size == 0) return {};
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    unsigned values[1] = {0};
    size_t num_values = 1;
    const H5Z_filter_t filter = H5Pget_filter2(
        properties, i, &flags, &num_values, values, 0, nullptr, nullptr);
    const bool is_last = i + 1 == count;
    if (filter != (is_last ? H5Z_FILTER_DEFLATE : H5Z_FILTER_SHUFFLE)) {
      return {};
    }
    if (!is_last && (num_values < 1 || values[0] != element_size)) return {};
  }
  return ChunkDecoder(element_size, count == 2);
}

bool ChunkDecoder::Decode(absl::string_view stored, size_t count,
                          absl::Span<const ElementPart> parts, char* to) const {
  const size_t size = count * element_size_;
  const std::unique_ptr<libdeflate_decompressor,
                        decltype(&libdeflate_free_decompressor)>
      decompressor(libdeflate_alloc_decompressor(),
                   &libdeflate_free_decompressor);
  if (decompressor == nullptr) return false;
  const std::unique_ptr<char[]> chunk(new char[size]);
  // Null: it must become just so many bytes.
  if (libdeflate_zlib_decompress(decompressor.get(), stored.data(),
                                 stored.size(), chunk.get(), size,
                                 nullptr) != LIBDEFLATE_SUCCESS) {
    return false;
  }
  if (!shuffled_) {
    return Copy(absl::string_view(chunk.get(), size), count, parts, to);
  }
  Unshuffle(chunk.get(), count, parts, to);
  return true;
}

bool ChunkDecoder::Copy(absl::string_view stored, size_t count,
                        absl::Span<const ElementPart> parts, char* to) const {
  if (stored.size() != count * element_size_) return false;
  for (size_t i = 0; i < count; ++i) {
    for (const ElementPart& part : parts) {
      to = std::copy_n(stored.data() + i * element_size_ + part.offset,
                       part.size, to);
    }
  }
  return true;
}

}  // namespace cppet::hdf5
