#ifndef CPPET_STORAGE_HDF5_PANDAS_COLUMN_ORDER_H_
#define CPPET_STORAGE_HDF5_PANDAS_COLUMN_ORDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// Puts columns that come in blocks in the order of their labels.
class ColumnOrder {
 public:
  // Errors:
  //   kInvalidArgument: two labels are equal.
  static absl::StatusOr<ColumnOrder> Create(const Value& labels);

  // Takes the columns with these labels; there are equally many of both.
  //
  // Errors:
  //   kDataLoss: there is no such label, or its column has come before.
  absl::Status Place(const Value& labels, std::vector<Value> columns);

  // All columns, in the order of their labels.
  //
  // Errors:
  //   kDataLoss: one has not come.
  absl::StatusOr<std::vector<Value>> Columns() &&;

 private:
  ColumnOrder() = default;

  DType dtype_ = DType::kString;
  absl::flat_hash_map<std::string, int64_t> places_;  // by key of the label
  std::vector<std::optional<Value>> columns_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_COLUMN_ORDER_H_
