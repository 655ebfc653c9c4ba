#ifndef CPPET_STORAGE_HDF5_CODECS_DECODED_SIZE_H_
#define CPPET_STORAGE_HDF5_CODECS_DECODED_SIZE_H_

#include <cstddef>
#include <cstdint>

namespace cppet::hdf5 {

// As long as it lives, the codecs in this thread decode only what becomes as
// large as chunks are that have `chunk_bytes`; whatever size it has, if that is
// 0. HDF5 does not tell filters how large the chunk is, and believes what they
// return.
class ChunkSizeScope {
 public:
  explicit ChunkSizeScope(size_t chunk_bytes);
  ~ChunkSizeScope();
  ChunkSizeScope(const ChunkSizeScope&) = delete;
  ChunkSizeScope& operator=(const ChunkSizeScope&) = delete;

 private:
  const size_t outer_;
};

struct DecodedSize {
  size_t least;
  size_t most;
};

// What `stored` bytes that become at most `max_expansion` times as many may be
// decoded to in this thread now.
DecodedSize AllowedDecodedSize(size_t stored, uint64_t max_expansion);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_DECODED_SIZE_H_
