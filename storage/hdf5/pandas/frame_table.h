#ifndef CPPET_STORAGE_HDF5_PANDAS_FRAME_TABLE_H_
#define CPPET_STORAGE_HDF5_PANDAS_FRAME_TABLE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/trajectory/composite.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// pandas' table format: a table of PyTables with a column for the index and one
// for each block of columns of one type.

// Whether a table can hold all of it: it has rows and columns, the labels of
// columns are text, int64 or float64 and not too many, no text ends with a NUL
// or is much longer than the others, and the name of the series can be that of
// a column.
bool FitsTable(const DataFrame& frame);
bool FitsTable(const Series& series);

// Fill the new group `group`. The parts of `frame` and `series` fit together
// and into a table, and the labels of columns are unique.
absl::Status WriteTableFrame(hid_t group, const DataFrame& frame,
                             const Filters& filters);
absl::Status WriteTableSeries(hid_t group, const Series& series,
                              const Filters& filters);

// Read what they or pandas wrote.
//
// Errors:
//   kUnimplemented: pandas' type or index is none of ours, or text is missing.
//   kDataLoss: it is damaged.
absl::StatusOr<DataFrame> ReadTableFrame(hid_t group);
absl::StatusOr<Series> ReadTableSeries(hid_t group);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_FRAME_TABLE_H_
