#ifndef CPPET_STORAGE_HDF5_API_DATASET_H_
#define CPPET_STORAGE_HDF5_API_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// A dataset of a file that nobody vouches for.
struct OpenedDataset {
  Handle id;
  Handle type;
  std::vector<int64_t> shape;
  bool is_scalar = false;
  // Of a chunk when it is decoded; 0 if there are none.
  size_t chunk_bytes = 0;
};

// Looks at what `dataset`, which it owns from now on, is.
//
// Errors:
//   kUnimplemented: its data is not in this file, or in a form that this HDF5
//     cannot decode (the filter is named).
//   kDataLoss: it cannot be read.
absl::StatusOr<OpenedDataset> InspectDataset(Handle dataset);

// At most so many bytes become of one stored byte of a chunked dataset with
// these creation properties.
uint64_t MaxExpansion(hid_t properties);

// Number of elements times `element_size`.
//
// Errors:
//   kDataLoss: that is more than what is in the file can become.
absl::StatusOr<size_t> CheckedSize(const OpenedDataset& dataset,
                                   size_t element_size);

// Reads all of `dataset` in the memory type `type`.
//
// Errors:
//   kDataLoss: of `dataset`, CheckedSize or a damaged file.
absl::StatusOr<std::vector<char>> ReadAll(const OpenedDataset& dataset,
                                          hid_t type);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_DATASET_H_
