#include "cppet/storage/hdf5/pandas/frame_fixed.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/pandas/column_block.h"
#include "cppet/storage/hdf5/pandas/column_order.h"
#include "cppet/storage/hdf5/pandas/pandas_array.h"
#include "cppet/storage/hdf5/pandas/pandas_index.h"

namespace cppet::hdf5 {
namespace {

absl::Status Damaged(hid_t object, absl::string_view problem) {
  return StatusAt(object, problem, absl::StatusCode::kDataLoss);
}

absl::Status WrongType(hid_t object) {
  return StatusAt(object, "data of bytes cannot be read here",
                  absl::StatusCode::kUnimplemented);
}

// Moves the columns of one block to their places.
absl::Status ReadBlock(hid_t group, int64_t number, int64_t rows,
                       ColumnOrder* order) {
  const std::string name = absl::StrCat("block", number);
  CPPET_ASSIGN_OR_RETURN(const Index items,
                         ReadIndex(group, absl::StrCat(name, "_items")));
  CPPET_ASSIGN_OR_RETURN(const PandasArray values,
                         ReadPandasArray(group, absl::StrCat(name, "_values")));
  const hid_t id = values.dataset.get();
  if (values.array.shape().size() != 2 || values.array.shape()[0] != rows ||
      values.array.shape()[1] != items.size()) {
    return Damaged(id, absl::StrCat("it is a ", values.array.TypeDescription(),
                                    ", but there are ", rows, " rows and ",
                                    items.size(), " columns"));
  }
  if (values.array.dtype() == DType::kBytes) return WrongType(id);
  const absl::Status placed =
      order->Place(items.labels, SplitColumns(values.array));
  return placed.ok() ? placed : StatusAt(id, placed.message(), placed.code());
}

}  // namespace

absl::Status WriteFixedFrame(hid_t group, const DataFrame& frame,
                             const Filters& filters) {
  const std::vector<ColumnBlock> blocks = BlocksOf(frame.data);
  CPPET_RETURN_IF_ERROR(WriteInteger(group, "ndim", 2));
  CPPET_RETURN_IF_ERROR(WriteInteger(group, "nblocks", blocks.size()));
  CPPET_RETURN_IF_ERROR(WriteIndex(group, "axis0", frame.columns, filters));
  CPPET_RETURN_IF_ERROR(WriteIndex(group, "axis1", frame.index, filters));
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string name = absl::StrCat("block", i);
    const Index items{SelectElements(frame.columns.labels, blocks[i].columns),
                      frame.columns.name};
    CPPET_RETURN_IF_ERROR(
        WriteIndex(group, absl::StrCat(name, "_items"), items, filters));
    CPPET_RETURN_IF_ERROR(
        WritePandasArray(group, absl::StrCat(name, "_values"),
                         JoinColumns(frame.data, blocks[i].columns), filters)
            .status());
  }
  return absl::OkStatus();
}

absl::Status WriteFixedSeries(hid_t group, const Series& series,
                              const Filters& filters) {
  CPPET_RETURN_IF_ERROR(WriteName(group, series.name));
  CPPET_RETURN_IF_ERROR(WriteIndex(group, "index", series.index, filters));
  return WritePandasArray(group, "values", series.data, filters).status();
}

absl::StatusOr<DataFrame> ReadFixedFrame(hid_t group) {
  DataFrame frame;
  CPPET_ASSIGN_OR_RETURN(frame.columns, ReadIndex(group, "axis0"));
  CPPET_ASSIGN_OR_RETURN(frame.index, ReadIndex(group, "axis1"));
  absl::StatusOr<ColumnOrder> order = ColumnOrder::Create(frame.columns.labels);
  if (!order.ok()) return Damaged(group, order.status().message());
  const int64_t blocks = ReadInteger(group, "nblocks").value_or(0);
  for (int64_t i = 0; i < blocks; ++i) {
    CPPET_RETURN_IF_ERROR(ReadBlock(group, i, frame.index.size(), &*order));
  }
  absl::StatusOr<std::vector<Value>> data = std::move(*order).Columns();
  if (!data.ok()) return Damaged(group, data.status().message());
  frame.data = *std::move(data);
  return frame;
}

absl::StatusOr<Series> ReadFixedSeries(hid_t group) {
  Series series;
  CPPET_ASSIGN_OR_RETURN(series.name, ReadName(group));
  CPPET_ASSIGN_OR_RETURN(series.index, ReadIndex(group, "index"));
  CPPET_ASSIGN_OR_RETURN(const PandasArray values,
                         ReadPandasArray(group, "values"));
  const hid_t id = values.dataset.get();
  if (values.array.shape().size() != 1 ||
      values.array.size() != series.index.size()) {
    return Damaged(
        id, absl::StrCat("it is a ", values.array.TypeDescription(),
                         ", but there are ", series.index.size(), " labels"));
  }
  if (values.array.dtype() == DType::kBytes) return WrongType(id);
  series.data = values.array;
  return series;
}

}  // namespace cppet::hdf5
