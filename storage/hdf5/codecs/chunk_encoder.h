#ifndef CPPET_STORAGE_HDF5_CODECS_CHUNK_ENCODER_H_
#define CPPET_STORAGE_HDF5_CODECS_CHUNK_ENCODER_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/codecs/codec.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What the filters of a dataset make of a chunk, done without HDF5 and thus in
// any thread.
class ChunkEncoder {
 public:
  // Nothing if there is a filter that only HDF5 has: fletcher32 and those of
  // plugins. `properties` are those that the dataset has, not those that it was
  // created with.
  static std::optional<ChunkEncoder> Of(hid_t properties);

  // Encodes `chunk`. Returns false if that makes it no smaller: then it is
  // stored as it is, with the mask kNoFilters.
  bool Encode(absl::string_view chunk, ChunkBuffer* encoded) const;

 private:
  ChunkEncoder() = default;

  size_t shuffled_size_ = 1;  // of an element
  const Codec* codec_ = nullptr;
  std::vector<unsigned> values_;  // of the codec
};

inline constexpr unsigned kNoFilters = ~0u;

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_CHUNK_ENCODER_H_
