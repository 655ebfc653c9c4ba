#ifndef CPPET_STORAGE_HDF5_PANDAS_PANDAS_ARRAY_H_
#define CPPET_STORAGE_HDF5_PANDAS_PANDAS_ARRAY_H_

#include <string>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// An array as pandas keeps it in its fixed format: of one dimension, or rows by
// columns. kBytes are strings of equal size, kString pickled objects of Python.
struct PandasArray {
  Handle dataset;
  Value array;
};

// Writes `array` as the dataset `name` of `group`, and returns the dataset.
// kBytes are not empty.
absl::StatusOr<Handle> WritePandasArray(hid_t group, const std::string& name,
                                        const Value& array,
                                        const Filters& filters);

// Reads the dataset `name` of `group`.
//
// Errors:
//   kUnimplemented: pandas' type is none of ours: named.
//   kDataLoss: there is no such dataset, or it is damaged.
absl::StatusOr<PandasArray> ReadPandasArray(hid_t group,
                                            const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_PANDAS_ARRAY_H_
