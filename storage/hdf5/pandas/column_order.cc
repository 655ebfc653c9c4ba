#include "cppet/storage/hdf5/pandas/column_order.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/storage/hdf5/pandas/column_block.h"

namespace cppet::hdf5 {

absl::StatusOr<ColumnOrder> ColumnOrder::Create(const Value& labels) {
  ColumnOrder order;
  order.dtype_ = labels.dtype();
  order.columns_.resize(labels.size());
  for (int64_t i = 0; i < labels.size(); ++i) {
    const auto [place, is_new] =
        order.places_.try_emplace(ElementKey(labels, i), i);
    if (!is_new) {
      return absl::InvalidArgumentError(absl::StrCat(
          "columns ", place->second, " and ", i, " have the same label"));
    }
  }
  return order;
}

absl::Status ColumnOrder::Place(const Value& labels,
                                std::vector<Value> columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto place = places_.find(ElementKey(labels, i));
    if (labels.dtype() != dtype_ || place == places_.end()) {
      return absl::DataLossError(
          "it has a column that is not among those of the frame");
    }
    std::optional<Value>& column = columns_[place->second];
    if (column.has_value()) {
      return absl::DataLossError(
          absl::StrCat("it has column ", place->second, " a second time"));
    }
    column = std::move(columns[i]);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Value>> ColumnOrder::Columns() && {
  std::vector<Value> columns;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].has_value()) {
      return absl::DataLossError(
          absl::StrCat("there is no data of column ", i));
    }
    columns.push_back(*std::move(columns_[i]));
  }
  return columns;
}

}  // namespace cppet::hdf5
