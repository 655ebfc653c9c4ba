#ifndef CPPET_STORAGE_HDF5_VALUES_CLASS_NAMES_H_
#define CPPET_STORAGE_HDF5_VALUES_CLASS_NAMES_H_

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// Whether leaves of that class keep their data as pypet's own classes do, and
// not as items of a class of the user's own.
bool IsPypetParameter(absl::string_view class_name);
bool IsPypetResult(absl::string_view class_name);

// Whether the leaf `full_name`, which a file calls `class_name`, is a
// parameter; else it is a result. Classes of the user's own are what is usual
// in their branch, or else what they are called.
bool IsParameter(absl::string_view class_name, absl::string_view full_name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_CLASS_NAMES_H_
