#ifndef CPPET_STORAGE_HDF5_VALUES_VALUE_COLUMN_H_
#define CPPET_STORAGE_HDF5_VALUES_VALUE_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Tables with one column, as parameters have their values in.

// The values of a column: `size` of them, all of one type and shape; texts have
// at most `text_size` bytes.
struct ColumnValues {
  int64_t size = 0;
  size_t text_size = 0;
  std::function<Value(int64_t)> at;
};

// Makes the table `name` with the column `column` in the group `leaf`. There is
// at least one value.
absl::Status WriteValueColumn(hid_t leaf, const std::string& name,
                              const std::string& column,
                              const ColumnValues& values,
                              const Filters& filters);

// What is in such a table.
struct ValueColumn {
  Rows rows;
  Decoder decoder;

  int64_t size() const { return rows.size(); }
  Value At(int64_t row) const { return decoder.Decode(rows.cell(row, 0)); }
};

// Errors:
//   kUnimplemented: it has other columns, or of a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<ValueColumn> ReadValueColumn(hid_t leaf, const std::string& name,
                                            const std::string& column);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_VALUE_COLUMN_H_
