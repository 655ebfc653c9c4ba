#include "cppet/storage/hdf5/api/chunk_reader.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/parallel_for.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/chunk_encoder.h"

namespace cppet::hdf5 {
namespace {

// So many chunks are read before they are decoded.
constexpr int64_t kRound = 32;
// Larger chunks are decoded one by one, by HDF5.
constexpr size_t kMaxChunkBytes = 4 << 20;

struct StoredChunk {
  std::vector<char> bytes;
  bool filtered = true;
};

// Reads the chunk that begins at `offset` as it is stored. Returns false if it
// cannot be, or is larger than `limit`.
bool ReadStored(hid_t dataset, hsize_t offset, size_t limit,
                StoredChunk* chunk) {
  hsize_t size = 0;
  if (H5Dget_chunk_storage_size(dataset, &offset, &size) < 0 || size == 0 ||
      size > limit) {
    return false;
  }
  chunk->bytes.resize(size);
  uint32_t mask = 0;
  if (H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &mask, chunk->bytes.data()) <
      0) {
    return false;
  }
  chunk->filtered = mask == 0;
  return mask == 0 || mask == kNoFilters;
}

}  // namespace

bool ReadWholeChunks(hid_t dataset, const ChunkSize& size, hsize_t first,
                     int64_t count, absl::Span<const ElementPart> parts,
                     char* data) {
  const Handle properties(H5Dget_create_plist(dataset));
  const std::optional<ChunkDecoder> decoder =
      ChunkDecoder::Of(properties.get(), size.element_size);
  const size_t chunk_bytes = size.length * size.element_size;
  if (!decoder.has_value() || chunk_bytes > kMaxChunkBytes) return false;
  size_t packed_size = 0;
  for (const ElementPart& part : parts) packed_size += part.size;
  // What zlib cannot compress becomes a little larger.
  const size_t limit = chunk_bytes + chunk_bytes / 16 + 4096;
  std::vector<StoredChunk> chunks(std::min(kRound, count));
  for (int64_t begin = 0; begin < count; begin += kRound) {
    const int64_t round = std::min(kRound, count - begin);
    for (int64_t i = 0; i < round; ++i) {
      if (!ReadStored(dataset, first + (begin + i) * size.length, limit,
                      &chunks[i])) {
        return false;
      }
    }
    std::atomic<bool> ok{true};
    ParallelFor(round, [&](size_t i) {
      const absl::string_view stored(chunks[i].bytes.data(),
                                     chunks[i].bytes.size());
      char* const to = data + (begin + i) * size.length * packed_size;
      if (!(chunks[i].filtered
                ? decoder->Decode(stored, size.length, parts, to)
                : decoder->Copy(stored, size.length, parts, to))) {
        ok = false;
      }
    });
    if (!ok) return false;
  }
  return true;
}

}  // namespace cppet::hdf5
