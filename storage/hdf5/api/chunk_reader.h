#ifndef CPPET_STORAGE_HDF5_API_CHUNK_READER_H_
#define CPPET_STORAGE_HDF5_API_CHUNK_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "cppet/storage/hdf5/codecs/chunk_decoder.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The chunks of a dataset with one dimension.
struct ChunkSize {
  hsize_t length = 0;       // elements of a chunk
  size_t element_size = 0;  // in bytes
};

// Reads `count` whole chunks of `dataset`, from the element `first` on, with
// which a chunk begins: of each element the bytes of `parts`, packed, as they
// are in the file. Threads decode several chunks at a time, with a decoder that
// is faster than HDF5's: one of ten columns of a million runs takes a quarter
// of the time.
//
// Returns false, with anything in `data`, if it must be left to HDF5: there are
// other filters than zlib and shuffle, a chunk is not there, or something is
// wrong, which HDF5 reports.
bool ReadWholeChunks(hid_t dataset, const ChunkSize& size, hsize_t first,
                     int64_t count, absl::Span<const ElementPart> parts,
                     char* data);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_CHUNK_READER_H_
