#ifndef CPPET_STORAGE_HDF5_PYTHON_NUMPY_PICKLE_H_
#define CPPET_STORAGE_HDF5_PYTHON_NUMPY_PICKLE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/base/pickle/object.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// Returns the scalar or array that `call` makes, if numpy 1 or 2 wrote it in
// any protocol, else nullopt.
//
// Errors:
//   kUnimplemented: Value has no such type.
//   kDataLoss: numpy would not have written it so.
absl::StatusOr<std::optional<Value>> NumpyValueOf(const pickle::Call& call);

// Returns what numpy pickles of the array of Python's objects that are the
// texts of `array`, an array of kString.
pickle::ObjectPtr NumpyArrayOfObjects(const Value& array);

// Returns the shape that `object`, a tuple, tells. The product of its lengths
// is an int64_t, even of those that are not 0.
//
// Errors:
//   kDataLoss: it is no such shape.
absl::StatusOr<std::vector<int64_t>> ShapeOf(const pickle::Object& object);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_NUMPY_PICKLE_H_
