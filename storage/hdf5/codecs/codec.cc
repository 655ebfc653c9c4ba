#include "cppet/storage/hdf5/codecs/codec.h"

namespace cppet::hdf5 {

bool ChunkBuffer::Reserve(size_t capacity) {
  if (capacity > limit_) return false;
  if (capacity <= capacity_) return true;
  void* const data = H5resize_memory(data_, capacity);
  if (data == nullptr) return false;
  data_ = static_cast<char*>(data);
  capacity_ = capacity;
  return true;
}

}  // namespace cppet::hdf5
