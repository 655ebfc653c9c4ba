#include "cppet/storage/hdf5/codecs/bzip2_codec.h"

#include <algorithm>
#include <limits>

#include "absl/cleanup/cleanup.h"
#include "bzlib.h"

namespace cppet::hdf5 {
namespace {

// A block stands for up to 900 kB, five bytes of which are a run of up to 259
// equal ones, and takes tens of bytes itself.
constexpr uint64_t kMaxExpansion = 2'000'000;

// To begin with, when it is not known how much a chunk becomes.
constexpr size_t kFirstCapacity = size_t{64} << 10;

constexpr size_t kMaxSize = std::numeric_limits<unsigned>::max();

// The library does not write there, but wants it not to be const.
char* Input(absl::string_view text) { return const_cast<char*>(text.data()); }

bool Compress(absl::Span<const unsigned> values, absl::string_view chunk,
              ChunkBuffer* compressed) {
  if (values.empty() || values[0] < 1 || values[0] > 9 ||
      chunk.size() > kMaxSize || !compressed->Reserve(chunk.size())) {
    return false;
  }
  unsigned size = chunk.size();
  if (BZ2_bzBuffToBuffCompress(compressed->data(), &size, Input(chunk),
                               chunk.size(), values[0], /*verbosity=*/0,
                               /*workFactor=*/0) != BZ_OK) {
    return false;
  }
  compressed->set_size(size);
  return true;
}

bool Grow(ChunkBuffer* chunk) {
  if (chunk->capacity() >= chunk->limit()) return false;
  const size_t wanted = std::max(kFirstCapacity, 2 * chunk->capacity());
  return chunk->Reserve(std::min(wanted, chunk->limit()));
}

bool Decompress(absl::string_view compressed, ChunkBuffer* chunk) {
  if (compressed.size() > kMaxSize || chunk->limit() > kMaxSize) return false;
  bz_stream stream = {};
  if (BZ2_bzDecompressInit(&stream, /*verbosity=*/0, /*small=*/0) != BZ_OK) {
    return false;
  }
  const absl::Cleanup end = [&] { BZ2_bzDecompressEnd(&stream); };
  stream.next_in = Input(compressed);
  stream.avail_in = compressed.size();
  while (Grow(chunk)) {
    stream.next_out = chunk->data() + chunk->size();
    stream.avail_out = chunk->capacity() - chunk->size();
    const int result = BZ2_bzDecompress(&stream);
    chunk->set_size(chunk->capacity() - stream.avail_out);
    if (result == BZ_STREAM_END) return stream.avail_in == 0;
    if (result != BZ_OK || stream.avail_out > 0) return false;
  }
  return false;
}

}  // namespace

const Codec kBzip2Codec = {kBzip2Filter, "bzip2", kMaxExpansion, Compress,
                           Decompress};

}  // namespace cppet::hdf5
