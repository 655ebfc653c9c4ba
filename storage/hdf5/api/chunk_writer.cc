#include "cppet/storage/hdf5/api/chunk_writer.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "cppet/base/parallel_for.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/codecs/chunk_encoder.h"
#include "cppet/storage/hdf5/codecs/codec.h"

namespace cppet::hdf5 {
namespace {

// Of a chunk; the cache of HDF5 takes no larger ones.
constexpr int64_t kChunkBytes = int64_t{1} << 20;
// So many chunks are compressed before they are written.
constexpr int64_t kRound = 32;

// Where the chunks of an array are in its memory.
class ChunkGrid {
 public:
  ChunkGrid(absl::Span<const int64_t> shape, int64_t element_size)
      : shape_(shape.begin(), shape.end()),
        chunk_(ChunkShape(shape, element_size)),
        strides_(shape.size()) {
    int64_t stride = element_size;
    chunk_bytes_ = element_size;
    for (int i = static_cast<int>(shape.size()) - 1; i >= 0; --i) {
      strides_[i] = stride;
      stride *= shape_[i];
      chunk_bytes_ *= chunk_[i];
      count_ *= Along(i);
    }
  }

  int64_t count() const { return count_; }
  int64_t chunk_bytes() const { return chunk_bytes_; }

  // The elements before the chunk `number` in each dimension.
  std::vector<hsize_t> OffsetOf(int64_t number) const {
    std::vector<hsize_t> offset(shape_.size());
    for (int i = static_cast<int>(shape_.size()) - 1; i >= 0; --i) {
      offset[i] = number % Along(i) * chunk_[i];
      number /= Along(i);
    }
    return offset;
  }

  // Its bytes in `data`; fewer than chunk_bytes() at the end of a dimension.
  absl::string_view In(const char* data, int64_t number) const {
    const std::vector<hsize_t> offset = OffsetOf(number);
    int64_t from = 0;
    int64_t size = chunk_bytes_;
    for (size_t i = 0; i < shape_.size(); ++i) {
      from += offset[i] * strides_[i];
      const int64_t left = shape_[i] - offset[i];
      // All but one dimension are whole, or of one element, in a chunk.
      if (left < static_cast<int64_t>(chunk_[i])) {
        size = chunk_bytes_ / chunk_[i] * left;
      }
    }
    return {data + from, static_cast<size_t>(size)};
  }

 private:
  // The chunks in a dimension.
  int64_t Along(int dimension) const {
    const auto length = static_cast<int64_t>(chunk_[dimension]);
    return (shape_[dimension] + length - 1) / length;
  }

  const std::vector<int64_t> shape_;
  const std::vector<hsize_t> chunk_;
  std::vector<int64_t> strides_;
  int64_t chunk_bytes_ = 0;
  int64_t count_ = 1;
};

// A chunk on its way to the file.
struct Chunk {
  explicit Chunk(size_t limit) : encoded(limit, ChunkBuffer::Memory::kOwn) {}

  ChunkBuffer encoded;
  // The elements, with zeros where the array ends within the chunk.
  std::vector<char> padded;
  absl::string_view plain;
  bool smaller = false;
};

// Encodes `plain`, which may be less than a chunk of `size`.
void Encode(const ChunkEncoder& encoder, absl::string_view plain, size_t size,
            Chunk* chunk) {
  chunk->plain = plain;
  if (plain.size() < size) {
    chunk->padded.assign(size, '\0');
    std::copy(plain.begin(), plain.end(), chunk->padded.begin());
    chunk->plain = absl::string_view(chunk->padded.data(), size);
  }
  chunk->smaller = encoder.Encode(chunk->plain, &chunk->encoded);
}

bool Write(hid_t dataset, const std::vector<hsize_t>& offset, Chunk* chunk) {
  absl::string_view bytes = chunk->plain;
  if (chunk->smaller) {
    bytes = absl::string_view(chunk->encoded.data(), chunk->encoded.size());
  }
  return H5Dwrite_chunk(dataset, H5P_DEFAULT, chunk->smaller ? 0 : kNoFilters,
                        offset.data(), bytes.size(), bytes.data()) >= 0;
}

// Writes the chunks 0, 1, ..., `count` - 1, some of which threads encode at a
// time. They have `chunk_bytes` each, but perhaps fewer in `bytes_of`.
absl::StatusOr<bool> WriteEncoded(
    hid_t dataset, int64_t count, size_t chunk_bytes,
    absl::FunctionRef<absl::string_view(int64_t number)> bytes_of,
    absl::FunctionRef<std::vector<hsize_t>(int64_t number)> offset_of) {
  const Handle properties(H5Dget_create_plist(dataset));
  const std::optional<ChunkEncoder> encoder =
      ChunkEncoder::Of(properties.get());
  if (!encoder.has_value()) return false;
  // More than any codec needs. The memory is got in this thread, which has it
  // from the array before.
  const size_t capacity = chunk_bytes + chunk_bytes / 16 + 4096;
  std::vector<std::unique_ptr<Chunk>> chunks;
  for (int64_t i = 0; i < std::min(kRound, count); ++i) {
    chunks.push_back(std::make_unique<Chunk>(capacity));
    if (!chunks.back()->encoded.Reserve(capacity)) return false;
  }
  for (int64_t first = 0; first < count; first += kRound) {
    const int64_t round = std::min(kRound, count - first);
    ParallelFor(round, [&](size_t i) {
      Encode(*encoder, bytes_of(first + i), chunk_bytes, chunks[i].get());
    });
    for (int64_t i = 0; i < round; ++i) {
      if (!Write(dataset, offset_of(first + i), chunks[i].get())) {
        return ErrorAt(dataset, "cannot write");
      }
    }
  }
  return true;
}

}  // namespace

std::vector<hsize_t> ChunkShape(absl::Span<const int64_t> shape,
                                int64_t element_size) {
  std::vector<hsize_t> chunk(shape.size(), 1);
  int64_t left = std::max<int64_t>(1, kChunkBytes / element_size);
  for (int i = static_cast<int>(shape.size()) - 1; i >= 0; --i) {
    chunk[i] = std::min(shape[i], left);
    left = std::max<int64_t>(1, left / chunk[i]);
  }
  return chunk;
}

absl::StatusOr<bool> WriteChunks(hid_t dataset, absl::Span<const int64_t> shape,
                                 int64_t element_size, const char* data) {
  const ChunkGrid grid(shape, element_size);
  return WriteEncoded(
      dataset, grid.count(), grid.chunk_bytes(),
      [&](int64_t number) { return grid.In(data, number); },
      [&](int64_t number) { return grid.OffsetOf(number); });
}

absl::StatusOr<bool> WriteWholeChunks(hid_t dataset, hsize_t first,
                                      hsize_t chunk_length, size_t chunk_bytes,
                                      absl::string_view data) {
  return WriteEncoded(
      dataset, data.size() / chunk_bytes, chunk_bytes,
      [&](int64_t number) {
        return data.substr(number * chunk_bytes, chunk_bytes);
      },
      [&](int64_t number) {
        return std::vector<hsize_t>{first + number * chunk_length};
      });
}

}  // namespace cppet::hdf5
