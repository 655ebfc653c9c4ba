#ifndef CPPET_STORAGE_HDF5_API_ATTRIBUTE_COPY_H_
#define CPPET_STORAGE_HDF5_API_ATTRIBUTE_COPY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Whether `object` has an attribute whose name begins with `prefix`.
//
// Errors:
//   kInternal: its attributes cannot be listed.
absl::StatusOr<bool> HasAttributes(hid_t object, absl::string_view prefix);

// Copies the attributes of `from` whose names begin with `prefix` to `to`, in
// this or another file, bit by bit. Those of a name that `to` has stay.
//
// Errors:
//   kDataLoss: one cannot be read.
absl::Status CopyAttributes(hid_t from, absl::string_view prefix, hid_t to);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_ATTRIBUTE_COPY_H_
