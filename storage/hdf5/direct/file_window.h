#ifndef CPPET_STORAGE_HDF5_DIRECT_FILE_WINDOW_H_
#define CPPET_STORAGE_HDF5_DIRECT_FILE_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// The bytes of a file, piece by piece. Neighbours are read together: the more,
// the longer one follows the other.
class FileWindow {
 public:
  // Reads `size` bytes at `offset` of the file; false if that fails.
  using ReadBytes =
      std::function<bool(uint64_t offset, char* buffer, size_t size)>;

  FileWindow(uint64_t file_size, ReadBytes read)
      : file_size_(file_size), read_(std::move(read)) {}

  // `size` bytes at `address`, until the next call. Nothing if they are not all
  // in the file, or cannot be read.
  absl::string_view Bytes(uint64_t address, uint64_t size);

 private:
  const uint64_t file_size_;
  const ReadBytes read_;
  uint64_t begin_ = 0;
  std::vector<char> window_;
  uint64_t step_ = 0;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_DIRECT_FILE_WINDOW_H_
