#ifndef CPPET_STORAGE_HDF5_CODECS_CHUNK_DECODER_H_
#define CPPET_STORAGE_HDF5_CODECS_CHUNK_DECODER_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Some bytes of each element of a chunk.
struct ElementPart {
  size_t offset = 0;
  size_t size = 0;
};

// What a chunk was before the filters of its dataset, found out without HDF5
// and thus in any thread. Nothing in the chunk is trusted.
class ChunkDecoder {
 public:
  // Nothing if there are other filters than zlib and perhaps shuffle before it.
  // `properties` are those that the dataset has; its elements have
  // `element_size` bytes.
  static std::optional<ChunkDecoder> Of(hid_t properties, size_t element_size);

  // Puts the parts of all elements of a chunk of `count`, packed one element
  // after the other, at `to`. Returns false, with anything there, if that is
  // not what `stored` has.
  bool Decode(absl::string_view stored, size_t count,
              absl::Span<const ElementPart> parts, char* to) const;

  // The same of a chunk that no filter was used for.
  bool Copy(absl::string_view stored, size_t count,
            absl::Span<const ElementPart> parts, char* to) const;

 private:
  ChunkDecoder(size_t element_size, bool shuffled)
      : element_size_(element_size), shuffled_(shuffled) {}

  size_t element_size_;
  bool shuffled_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_CHUNK_DECODER_H_
