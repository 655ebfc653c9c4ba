#include "cppet/storage/hdf5/codecs/codec.h"

#include <cstdlib>

namespace cppet::hdf5 {

ChunkBuffer::~ChunkBuffer() {
  if (memory_ == Memory::kHdf5) {
    H5free_memory(data_);
  } else {
    std::free(data_);
  }
}

bool ChunkBuffer::Reserve(size_t capacity) {
  if (capacity > limit_) return false;
  if (capacity <= capacity_) return true;
  void* const data = memory_ == Memory::kHdf5 ? H5resize_memory(data_, capacity)
                                              : std::realloc(data_, capacity);
  if (data == nullptr) return false;
  data_ = static_cast<char*>(data);
  capacity_ = capacity;
  return true;
}

}  // namespace cppet::hdf5
