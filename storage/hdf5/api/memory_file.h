#ifndef CPPET_STORAGE_HDF5_API_MEMORY_FILE_H_
#define CPPET_STORAGE_HDF5_API_MEMORY_FILE_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// A new HDF5 file that is in memory only, in the format of HDF5 1.8, which is
// smaller than the oldest one and read by all versions since.
class MemoryFile {
 public:
  // Half the entries of a node of the index that each chunked dataset has.
  // HDF5's default of 32 takes 2 kB, and most of our tables have one chunk.
  static constexpr unsigned kChunkIndexRank = 2;

  static absl::StatusOr<MemoryFile> Create(
      unsigned chunk_index_rank = kChunkIndexRank);

  hid_t root() const { return root_.get(); }

  // The bytes that the file has on a disk as of now.
  absl::StatusOr<std::string> Image();

 private:
  MemoryFile(Handle file, Handle root)
      : file_(std::move(file)), root_(std::move(root)) {}

  Handle file_;
  Handle root_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_MEMORY_FILE_H_
