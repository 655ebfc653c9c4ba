#ifndef CPPET_STORAGE_HDF5_PYTHON_NUMPY_DTYPE_H_
#define CPPET_STORAGE_HDF5_PYTHON_NUMPY_DTYPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// What numpy pickles of a dtype.
struct NumpyDType {
  // Any objects of Python; all below is without meaning.
  bool is_object = false;
  DType dtype = DType::kFloat64;
  size_t item_size = 0;  // of numpy's texts, too; may be 0 for them
  bool is_big_endian = false;
};

// Returns the dtype that `object` makes.
//
// Errors:
//   kUnimplemented: elements of this dtype are no values.
//   kDataLoss: it is no dtype.
absl::StatusOr<NumpyDType> NumpyDTypeOf(const pickle::Object& object);

// Returns numpy's items of `dtype`, which are not objects nor texts, in `data`
// as those of a Value.
std::vector<char> NativeItems(const NumpyDType& dtype, absl::string_view data);

// Returns numpy's text `item`, which is as long as the dtype says and filled up
// with NULs, as that of a Value.
//
// Errors:
//   kUnimplemented: it has half a surrogate pair.
//   kDataLoss: it is no text.
absl::StatusOr<std::string> NativeText(const NumpyDType& dtype,
                                       absl::string_view item);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_NUMPY_DTYPE_H_
