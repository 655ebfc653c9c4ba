#ifndef CPPET_STORAGE_HDF5_OBJECT_ARRAY_H_
#define CPPET_STORAGE_HDF5_OBJECT_ARRAY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// Returns the pickle, protocol 5, of numpy's array of objects that are the
// texts of `array`, an array of kString.
std::string PickleTexts(const Value& array);

// Returns the array of kString in the pickle of numpy's array of objects, of
// protocol 2 to 5.
//
// Errors:
//   kUnimplemented: not all objects are text, or it is something else.
//   kDataLoss: it is no pickle, or of a shape that does not fit the objects.
absl::StatusOr<Value> UnpickleTexts(absl::string_view pickle);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_OBJECT_ARRAY_H_
