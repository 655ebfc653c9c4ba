#include "cppet/storage/hdf5/codecs/chunk_encoder.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <memory>

#include "absl/types/span.h"
#include "cppet/storage/hdf5/codecs/codecs.h"

namespace cppet::hdf5 {
namespace {

// As many as a filter of ours has at most, and more.
constexpr size_t kMaxValues = 16;

// At the lowest level zlib is faster with what repeats, as rows of tables do.
bool DeflateFast(absl::string_view chunk, ChunkBuffer* compressed) {
  uLongf size = compressed->capacity();
  if (compress2(reinterpret_cast<Bytef*>(compressed->data()), &size,
                reinterpret_cast<const Bytef*>(chunk.data()), chunk.size(),
                /*level=*/1) != Z_OK) {
    return false;
  }
  compressed->set_size(size);
  return true;
}

// Takes half as long as zlib of the same level, and gets smaller.
bool DeflateWell(absl::string_view chunk, int level, ChunkBuffer* compressed) {
  const std::unique_ptr<libdeflate_compressor,
                        decltype(&libdeflate_free_compressor)>
      compressor(libdeflate_alloc_compressor(level),
                 &libdeflate_free_compressor);
  if (compressor == nullptr) return false;
  const size_t size =
      libdeflate_zlib_compress(compressor.get(), chunk.data(), chunk.size(),
                               compressed->data(), compressed->capacity());
  compressed->set_size(size);
  return size > 0;
}

bool Deflate(absl::Span<const unsigned> values, absl::string_view chunk,
             ChunkBuffer* compressed) {
  if (values.empty() || values[0] > 9 || !compressed->Reserve(chunk.size())) {
    return false;
  }
  return values[0] == 1 ? DeflateFast(chunk, compressed)
                        : DeflateWell(chunk, values[0], compressed);
}

// HDF5's own, which no filter of ours decodes.
constexpr Codec kDeflate = {H5Z_FILTER_DEFLATE, "deflate", 0, Deflate, nullptr};

// Puts the first bytes of all elements first, then the second ones, ...
void Shuffle(absl::string_view chunk, size_t element_size, char* shuffled) {
  // So many elements are read once for all of their bytes.
  constexpr size_t kBlock = 1024;
  const size_t count = chunk.size() / element_size;
  for (size_t first = 0; first < count; first += kBlock) {
    const size_t end = std::min(count, first + kBlock);
    for (size_t byte = 0; byte < element_size; ++byte) {
      const char* from = chunk.data() + first * element_size + byte;
      char* to = shuffled + byte * count + first;
      for (size_t i = first; i < end; ++i, from += element_size) *to++ = *from;
    }
  }
  const absl::string_view rest = chunk.substr(count * element_size);
  std::copy(rest.begin(), rest.end(), shuffled + count * element_size);
}

}  // namespace

std::optional<ChunkEncoder> ChunkEncoder::Of(hid_t properties) {
  ChunkEncoder encoder;
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    unsigned values[kMaxValues];
    size_t num_values = kMaxValues;
    const H5Z_filter_t filter = H5Pget_filter2(
        properties, i, &flags, &num_values, values, 0, nullptr, nullptr);
    if (encoder.codec_ != nullptr || num_values > kMaxValues) return {};
    if (filter == H5Z_FILTER_SHUFFLE && num_values > 0 && values[0] > 0) {
      encoder.shuffled_size_ = values[0];
      continue;
    }
    encoder.codec_ =
        filter == H5Z_FILTER_DEFLATE ? &kDeflate : FindCodec(filter);
    if (encoder.codec_ == nullptr) return {};
    encoder.values_.assign(values, values + num_values);
  }
  if (encoder.codec_ == nullptr) return {};
  return encoder;
}

bool ChunkEncoder::Encode(absl::string_view chunk, ChunkBuffer* encoded) const {
  std::unique_ptr<char[]> shuffled;
  absl::string_view input = chunk;
  if (shuffled_size_ > 1) {
    shuffled.reset(new char[chunk.size()]);
    Shuffle(chunk, shuffled_size_, shuffled.get());
    input = absl::string_view(shuffled.get(), chunk.size());
  }
  return codec_->compress(values_, input, encoded) &&
         encoded->size() < chunk.size();
}

}  // namespace cppet::hdf5
