#ifndef CPPET_STORAGE_HDF5_PANDAS_FRAME_FIXED_H_
#define CPPET_STORAGE_HDF5_PANDAS_FRAME_FIXED_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/trajectory/composite.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// pandas' fixed format: a dataset for each index and each block of columns of
// one type.

// Fill the new group `group`. The parts of `frame` and `series` fit together,
// and the labels of columns are unique.
absl::Status WriteFixedFrame(hid_t group, const DataFrame& frame,
                             const Filters& filters);
absl::Status WriteFixedSeries(hid_t group, const Series& series,
                              const Filters& filters);

// Read what they or pandas wrote.
//
// Errors:
//   kUnimplemented: pandas' type or index is none of ours.
//   kDataLoss: it is damaged.
absl::StatusOr<DataFrame> ReadFixedFrame(hid_t group);
absl::StatusOr<Series> ReadFixedSeries(hid_t group);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_FRAME_FIXED_H_
