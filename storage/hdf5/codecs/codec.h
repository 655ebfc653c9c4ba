#ifndef CPPET_STORAGE_HDF5_CODECS_CODEC_H_
#define CPPET_STORAGE_HDF5_CODECS_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Memory for a chunk, which never has more than `limit` bytes.
class ChunkBuffer {
 public:
  // Whose it is: that of HDF5, which other threads may not call, or ours.
  enum class Memory { kHdf5, kOwn };

  explicit ChunkBuffer(size_t limit, Memory memory = Memory::kHdf5)
      : limit_(limit), memory_(memory) {}
  ~ChunkBuffer();
  ChunkBuffer(const ChunkBuffer&) = delete;
  ChunkBuffer& operator=(const ChunkBuffer&) = delete;

  char* data() { return data_; }
  size_t capacity() const { return capacity_; }
  size_t limit() const { return limit_; }

  // Makes room for `capacity` bytes, and keeps what is there. Returns false if
  // that is beyond the limit or the memory that there is.
  bool Reserve(size_t capacity);

  // How many bytes are in use.
  size_t size() const { return size_; }
  void set_size(size_t size) { size_ = size; }

  // Gives the memory to the caller.
  char* Release() { return std::exchange(data_, nullptr); }

 private:
  const size_t limit_;
  const Memory memory_;
  char* data_ = nullptr;
  size_t capacity_ = 0;
  size_t size_ = 0;
};

// A way to compress chunks, as a filter of HDF5.
struct Codec {
  H5Z_filter_t id;
  const char* name;
  // At most so many bytes become of one when it is decoded.
  uint64_t max_expansion;
  // Compresses `chunk` as the client values of the dataset's filter say. Can be
  // called in any thread.
  // Returns false if that makes it no smaller.
  bool (*compress)(absl::Span<const unsigned> values, absl::string_view chunk,
                   ChunkBuffer* compressed);
  // Undoes it, whatever `compressed` is. Returns false if it is damaged, or
  // becomes more than the limit of `chunk`.
  bool (*decompress)(absl::string_view compressed, ChunkBuffer* chunk);
  // Puts into the client values what depends on the dataset, if anything.
  H5Z_set_local_func_t set_local = nullptr;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_CODEC_H_
