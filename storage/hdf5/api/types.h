#ifndef CPPET_STORAGE_HDF5_API_TYPES_H_
#define CPPET_STORAGE_HDF5_API_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The HDF5 type of a number in the file (little endian; a truth value is an
// 8-bit field, a complex number a compound of r and i, a date an integer) and
// in memory. Not for kString and kBytes. The identifiers are valid for ever.
hid_t FileType(DType dtype);
hid_t MemoryType(DType dtype);

// Data spaces that are valid for ever.
hid_t ScalarSpace();
hid_t NullSpace();

// A string type of fixed size that is not 0, padded with NULs but with no room
// for one. It is the type both in the file and in memory: between different
// string types, HDF5 converts and loses bytes.
class StringType {
 public:
  StringType(size_t size, H5T_cset_t charset);
  hid_t get() const { return id_; }

 private:
  Handle owned_;
  hid_t id_;
};

// What an element of a dataset, a column or an attribute is.
struct ElementType {
  // kBytes for all text and kInt64 for dates: only an attribute beside it tells
  // str from bytes and dates from numbers.
  DType dtype = DType::kFloat64;
  // Of one element in memory.
  size_t size = 0;
  // Of an array type; empty for others.
  std::vector<int64_t> shape;
  // The HDF5 type in memory, with the shape.
  Handle memory;

  // Of `size` times the product of `shape`.
  size_t total_size() const;

  // Errors:
  //   kUnimplemented: `file_type` is none of ours; named.
  static absl::StatusOr<ElementType> Of(hid_t file_type);
};

// The product of `shape`.
int64_t NumElements(const std::vector<int64_t>& shape);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_TYPES_H_
