#include "cppet/storage/hdf5/codecs/decoded_size.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace cppet::hdf5 {
namespace {

// HDF5 has no larger chunks.
constexpr uint64_t kMaxChunk = std::numeric_limits<uint32_t>::max();

// Headers are so small that data in them may be larger than what they say.
constexpr uint64_t kSlack = 64;

// Of fletcher32.
constexpr uint64_t kChecksum = 4;

thread_local size_t chunk_bytes_now = 0;

}  // namespace

ChunkSizeScope::ChunkSizeScope(size_t chunk_bytes)
    : outer_(std::exchange(chunk_bytes_now, chunk_bytes)) {}

ChunkSizeScope::~ChunkSizeScope() { chunk_bytes_now = outer_; }

DecodedSize AllowedDecodedSize(size_t stored, uint64_t max_expansion) {
  uint64_t most = kMaxChunk;
  if (stored < kMaxChunk / max_expansion) {
    most = std::min(most, stored * max_expansion + kSlack);
  }
  if (chunk_bytes_now == 0) return {1, most};
  return {chunk_bytes_now, std::min(most, chunk_bytes_now + kChecksum)};
}

}  // namespace cppet::hdf5
