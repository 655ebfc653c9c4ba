#include "cppet/storage/hdf5/codecs/blosc_codec.h"

#include <blosc.h>

#include <algorithm>
#include <cstddef>

namespace cppet::hdf5 {
namespace {

// Positions of the client values.
enum {
  kFilterVersion,
  kFormatVersion,
  kTypeSize,
  kChunkBytes,
  kLevel,
  kShuffle,
  kCodec,
  kNumValues
};

constexpr unsigned kOurFilterVersion = 2;

// That of zstd, which codes a block of 128 kB in four bytes at best, and some
// more. All others have less.
constexpr uint64_t kMaxExpansion = 40'000;

bool Compress(absl::Span<const unsigned> values, absl::string_view chunk,
              ChunkBuffer* compressed) {
  if (values.size() <= kShuffle || values[kLevel] > 9 ||
      values[kShuffle] > BLOSC_BITSHUFFLE ||
      chunk.size() > BLOSC_MAX_BUFFERSIZE) {
    return false;
  }
  const char* codec = BLOSC_BLOSCLZ_COMPNAME;
  if (values.size() > kCodec &&
      blosc_compcode_to_compname(values[kCodec], &codec) < 0) {
    return false;
  }
  if (!compressed->Reserve(chunk.size())) return false;
  const int size = blosc_compress_ctx(
      values[kLevel], values[kShuffle],
      std::clamp<unsigned>(values[kTypeSize], 1, BLOSC_MAX_TYPESIZE),
      chunk.size(), chunk.data(), compressed->data(), compressed->capacity(),
      codec, /*blocksize=*/0, /*numinternalthreads=*/1);
  if (size <= 0) return false;
  compressed->set_size(size);
  return true;
}

bool Decompress(absl::string_view compressed, ChunkBuffer* chunk) {
  size_t size = 0;
  if (blosc_cbuffer_validate(compressed.data(), compressed.size(), &size) < 0 ||
      size == 0 || !chunk->Reserve(size)) {
    return false;
  }
  const int decoded = blosc_decompress_ctx(compressed.data(), chunk->data(),
                                           size, /*numinternalthreads=*/1);
  if (decoded < 0 || static_cast<size_t>(decoded) != size) return false;
  chunk->set_size(size);
  return true;
}

// What is shuffled together; 1 if it is too large.
unsigned TypeSize(hid_t type) {
  size_t size = H5Tget_size(type);
  if (H5Tget_class(type) == H5T_ARRAY) {
    const hid_t element = H5Tget_super(type);
    size = H5Tget_size(element);
    H5Tclose(element);
  }
  return size <= BLOSC_MAX_TYPESIZE ? size : 1;
}

herr_t SetLocal(hid_t properties, hid_t type, hid_t /*space*/) {
  unsigned flags = 0;
  unsigned values[kNumValues] = {};
  size_t num_values = kNumValues;
  if (H5Pget_filter_by_id2(properties, kBloscFilter, &flags, &num_values,
                           values, 0, nullptr, nullptr) < 0) {
    return -1;
  }
  hsize_t dims[H5S_MAX_RANK];
  const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, dims);
  if (rank < 0) return -1;
  size_t chunk_bytes = H5Tget_size(type);
  for (int i = 0; i < rank; ++i) chunk_bytes *= dims[i];
  values[kFilterVersion] = kOurFilterVersion;
  values[kFormatVersion] = BLOSC_VERSION_FORMAT;
  values[kTypeSize] = TypeSize(type);
  values[kChunkBytes] = chunk_bytes;
  num_values = std::clamp<size_t>(num_values, kCodec, kNumValues);
  return H5Pmodify_filter(properties, kBloscFilter, flags, num_values, values);
}

}  // namespace

const Codec kBloscCodec = {kBloscFilter, "blosc",    kMaxExpansion,
                           Compress,     Decompress, SetLocal};

}  // namespace cppet::hdf5
