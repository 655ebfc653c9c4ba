#ifndef CPPET_STORAGE_HDF5_PANDAS_TABLE_DESCRIPTION_H_
#define CPPET_STORAGE_HDF5_PANDAS_TABLE_DESCRIPTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What pandas' table format says about a table in attributes of its group. Most
// of them are pickles.
struct TableDescription {
  bool is_series = false;
  Value column_labels;
  std::optional<std::string> columns_name;
  std::optional<std::string> index_name;
  // The columns of the table that have the data, in blocks.
  std::vector<std::string> value_columns;
  // True if the numbers of the index are periods of some length.
  bool has_frequency = false;
  // The text that stands for no text.
  std::string missing_text = "nan";
};

// Adds the attributes to `group`.
absl::Status WriteTableDescription(hid_t group,
                                   const TableDescription& description);

// Errors:
//   kUnimplemented: it is an index of several levels, of periods, of time
//     zones, or has names that are no text.
//   kDataLoss: it is damaged.
absl::StatusOr<TableDescription> ReadTableDescription(hid_t group);

// The pickle of a list of labels: text, int64 or float64.
std::string PickleLabels(const Value& labels);

// The labels in the attribute `name` of `object`, a pickle of a list.
//
// Errors:
//   kUnimplemented: they are not all text, int, float or dates.
//   kDataLoss: it is damaged.
absl::StatusOr<Value> ReadLabels(hid_t object, const std::string& name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_TABLE_DESCRIPTION_H_
