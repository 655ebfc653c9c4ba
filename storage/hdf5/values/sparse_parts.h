#ifndef CPPET_STORAGE_HDF5_VALUES_SPARSE_PARTS_H_
#define CPPET_STORAGE_HDF5_VALUES_SPARSE_PARTS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Old files keep a sparse matrix as several arrays: NAME__spsp__data, and the
// same with format, shape, indices, indptr, offsets and is_dia.

// NAME, if `link` is the data of such a matrix in the group `leaf`.
std::optional<std::string> SparseNameOfPart(hid_t leaf, absl::string_view link);
// Whether `link` is another part of such a matrix in the group `leaf`.
bool IsOtherSparsePart(hid_t leaf, absl::string_view link);

// The matrix `name` in the group `leaf`; the names of its parts end with
// `suffix`, such as "__spsp__00000003".
//
// Errors:
//   kDataLoss: its parts do not fit together, or one cannot be read.
absl::StatusOr<Value> ReadSparseParts(hid_t leaf, const std::string& name,
                                      const std::string& suffix = "");

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_SPARSE_PARTS_H_
