#include "cppet/storage/hdf5/pandas/frame_table.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/pandas/column_block.h"
#include "cppet/storage/hdf5/pandas/column_order.h"
#include "cppet/storage/hdf5/pandas/pandas_index.h"
#include "cppet/storage/hdf5/pandas/table_description.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/values/coding.h"

namespace cppet::hdf5 {
namespace {

// HDF5 has no attributes of more than 64 KB.
constexpr size_t kMaxLabelBytes = 60000;
// Each text takes as much place as the longest.
constexpr int64_t kMaxTextBytes = int64_t{1} << 30;
constexpr int64_t kChunkBytes = 1 << 16;

constexpr char kUnnamedSeries[] = "values";

// A column of the table.
struct Part {
  std::string name;
  Value labels;  // of the columns of the frame in it; none for the index
  Value cells;   // rows, or rows by columns, in their stored form
  DType dtype;   // as the user sees them
};

bool EndsWithNul(const Value& texts) {
  return texts.is_text() &&
         std::any_of(texts.texts().begin(), texts.texts().end(),
                     [](const std::string& text) {
                       return !text.empty() && text.back() == '\0';
                     });
}

// Bytes of the texts of `columns` side by side in a table.
int64_t PaddedBytes(const std::vector<Value>& columns) {
  int64_t longest = 0;
  int64_t cells = 0;
  for (const Value& column : columns) {
    if (!column.is_text()) continue;
    longest = std::max<int64_t>(longest, TextSize(column));
    cells += column.size();
  }
  return longest > 0 && cells > kMaxTextBytes / longest ? kMaxTextBytes + 1
                                                        : longest * cells;
}

bool FitsTable(const Index& index, const std::vector<Value>& columns) {
  return index.size() > 0 && !columns.empty() &&
         std::none_of(columns.begin(), columns.end(), EndsWithNul) &&
         PaddedBytes(columns) <= kMaxTextBytes &&
         PaddedBytes({index.labels}) <= kMaxTextBytes;
}

// What no text of `columns` is, to stand for missing text.
std::string MissingText(const std::vector<Value>& columns) {
  std::set<std::string> texts;
  for (const Value& column : columns) {
    for (const std::string& text : column.texts()) {
      if (absl::StartsWith(text, "nan")) texts.insert(text);
    }
  }
  std::string missing = "nan";
  while (texts.count(missing) > 0) missing.push_back('_');
  return missing;
}

// Text as strings of equal size, and dates as numbers.
Part MakePart(std::string name, Value labels, const Value& cells) {
  Part part{std::move(name), std::move(labels), cells, cells.dtype()};
  const std::vector<int64_t> shape(cells.shape().begin(), cells.shape().end());
  if (part.dtype == DType::kString) {
    part.cells = Value::TextCollection(
        Form::kArray, DType::kBytes, Flavor::kNumpy, shape,
        {cells.texts().begin(), cells.texts().end()});
  }
  return part;
}

std::shared_ptr<const RowLayout> LayoutOf(const std::vector<Part>& parts) {
  std::vector<ColumnSpec> columns;
  for (const Part& part : parts) {
    const absl::Span<const int64_t> shape = part.cells.shape();
    columns.push_back({part.name,
                       part.cells.dtype(),
                       TextSize(part.cells),
                       {shape.begin() + 1, shape.end()}});
  }
  return std::make_shared<const RowLayout>(columns);
}

// The elements of the parts, row by row.
Rows MakeRows(const std::vector<Part>& parts) {
  const std::shared_ptr<const RowLayout> layout = LayoutOf(parts);
  const int64_t num_rows = parts[0].cells.shape()[0];
  std::vector<char> bytes(num_rows * layout->row_size());
  for (size_t i = 0; i < parts.size(); ++i) {
    const ElementType& element = layout->columns()[i].element;
    std::vector<char> cells;
    AppendElements(parts[i].cells, element.size, &cells);
    const size_t cell_size = element.total_size();
    char* to = bytes.data() + layout->columns()[i].offset;
    for (int64_t row = 0; row < num_rows; ++row, to += layout->row_size()) {
      std::copy_n(cells.data() + row * cell_size, cell_size, to);
    }
  }
  return Rows(layout, std::move(bytes));
}

// pandas' name of the type of a column of data.
std::string TypeName(const Part& part) {
  if (part.dtype == DType::kString) {
    return absl::StrCat("bytes", 8 * TextSize(part.cells));
  }
  if (part.dtype == DType::kDatetime64) return "datetime64";
  return std::string(DTypeName(part.dtype));
}

// The first of `parts` is the index.
absl::Status WriteParts(hid_t group, const std::vector<Part>& parts,
                        const Filters& filters) {
  const Rows rows = MakeRows(parts);
  TableOptions options;
  options.filters = filters;
  options.chunk_rows =
      std::max<int64_t>(1, kChunkBytes / rows.layout().row_size());
  CPPET_ASSIGN_OR_RETURN(Table table,
                         Table::Create(group, "table", rows, options));
  CPPET_RETURN_IF_ERROR(
      WriteText(table.id(), "index_kind", IndexKind(parts[0].dtype)));
  for (size_t i = 1; i < parts.size(); ++i) {
    const auto write = [&](absl::string_view what, auto function,
                           const std::string& text) {
      return function(table.id(), absl::StrCat(parts[i].name, what).c_str(),
                      text);
    };
    CPPET_RETURN_IF_ERROR(write("_dtype", WriteText, TypeName(parts[i])));
    CPPET_RETURN_IF_ERROR(
        write("_kind", WriteAscii, PickleLabels(parts[i].labels)));
    CPPET_RETURN_IF_ERROR(write("_meta", WriteAscii, "N."));
  }
  if (!table.Close()) return ErrorAt(group, "cannot write the table");
  return absl::OkStatus();
}

// Reading.

// The cells of a column of the table: rows by columns of the frame.
absl::StatusOr<Value> ReadCells(const Rows& rows, int column) {
  const ElementType& element = rows.layout().columns()[column].element;
  const std::vector<int64_t> shape = {rows.size(), NumElements(element.shape)};
  std::vector<char> bytes;
  bytes.reserve(rows.size() * element.total_size());
  for (int64_t row = 0; row < rows.size(); ++row) {
    const absl::string_view cell = rows.cell(row, column);
    bytes.insert(bytes.end(), cell.begin(), cell.end());
  }
  if (element.dtype != DType::kBytes) {
    if (element.dtype == DType::kBool) {
      for (char& byte : bytes) byte = byte != 0;
    }
    return Value::Collection(Form::kArray, element.dtype, Flavor::kNumpy, shape,
                             std::move(bytes));
  }
  std::vector<std::string> texts;
  for (size_t at = 0; at < bytes.size(); at += element.size) {
    texts.emplace_back(WithoutTrailingNuls(
        absl::string_view(bytes.data() + at, element.size)));
    if (!IsValidUtf8(texts.back())) {
      return absl::DataLossError("there is text in it that is no UTF-8");
    }
  }
  return Value::TextCollection(Form::kArray, DType::kString, Flavor::kNumpy,
                               shape, std::move(texts));
}

// `cells` as pandas' type of that name.
absl::StatusOr<Value> WithTypeNamed(const std::string& name, const Value& cells,
                                    absl::string_view missing_text) {
  const DType dtype = cells.dtype();
  if (dtype == DType::kString &&
      (absl::StartsWith(name, "bytes") || absl::StartsWith(name, "string"))) {
    for (const std::string& text : cells.texts()) {
      if (text == missing_text) {
        return absl::UnimplementedError("missing text cannot be read here");
      }
    }
    return cells;
  }
  if (name == "datetime64" && dtype == DType::kInt64) {
    const absl::string_view bytes = cells.bytes();
    return Value::Collection(Form::kArray, DType::kDatetime64, Flavor::kNumpy,
                             {cells.shape().begin(), cells.shape().end()},
                             {bytes.begin(), bytes.end()});
  }
  if (name != DTypeName(dtype)) {
    return absl::UnimplementedError(
        absl::StrCat(DTypeName(dtype), " that is pandas' type '", name,
                     "' cannot be read here"));
  }
  return cells;
}

absl::Status AtColumn(const Table& table, absl::string_view column,
                      const absl::Status& status) {
  return StatusAt(table.id(),
                  absl::StrCat("column ", column, ": ", status.message()),
                  status.code());
}

absl::StatusOr<Value> ReadBlock(const Table& table, const Rows& rows,
                                const std::string& name,
                                absl::string_view missing_text) {
  const auto attribute = [&](absl::string_view what) {
    return ReadText(table.id(), absl::StrCat(name, what).c_str());
  };
  if (attribute("_meta") == "category") {
    return absl::UnimplementedError("categories cannot be read here");
  }
  const int column = rows.layout().Find(name);
  if (column < 0) return absl::DataLossError("it is not there");
  CPPET_ASSIGN_OR_RETURN(const Value cells, ReadCells(rows, column));
  return WithTypeNamed(attribute("_dtype").value_or(""), cells, missing_text);
}

absl::StatusOr<Value> ReadIndexLabels(const Table& table, const Rows& rows,
                                      bool has_frequency) {
  const int column = rows.layout().Find("index");
  if (column < 0) return absl::DataLossError("it is not there");
  CPPET_ASSIGN_OR_RETURN(const Value cells, ReadCells(rows, column));
  if (cells.shape()[1] != 1) {
    return absl::DataLossError("it has more than one label for a row");
  }
  const std::string kind = ReadText(table.id(), "index_kind").value_or("");
  if (kind == "integer" && has_frequency) {
    return absl::UnimplementedError("an index of periods cannot be read here");
  }
  return LabelsOfKind(kind, SplitColumns(cells)[0]);
}

absl::StatusOr<DataFrame> ReadTable(hid_t group,
                                    const TableDescription& description) {
  DataFrame frame;
  frame.columns = {description.column_labels, description.columns_name};
  frame.index.name = description.index_name;
  if (!HasLink(group, "table")) {
    return StatusAt(group, "there is no table", absl::StatusCode::kDataLoss);
  }
  CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(group, "table"));
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
  absl::StatusOr<Value> labels =
      ReadIndexLabels(table, rows, description.has_frequency);
  if (!labels.ok()) return AtColumn(table, "index", labels.status());
  frame.index.labels = *std::move(labels);
  absl::StatusOr<ColumnOrder> order = ColumnOrder::Create(frame.columns.labels);
  if (!order.ok()) {
    return StatusAt(group, order.status().message(),
                    absl::StatusCode::kDataLoss);
  }
  for (const std::string& name : description.value_columns) {
    CPPET_ASSIGN_OR_RETURN(const Value items,
                           ReadLabels(table.id(), absl::StrCat(name, "_kind")));
    const absl::StatusOr<Value> cells =
        ReadBlock(table, rows, name, description.missing_text);
    if (!cells.ok()) return AtColumn(table, name, cells.status());
    if (cells->shape()[1] != items.size()) {
      return AtColumn(table, name,
                      absl::DataLossError(absl::StrCat(
                          "it has ", cells->shape()[1], " columns, but ",
                          items.size(), " labels")));
    }
    const absl::Status placed = order->Place(items, SplitColumns(*cells));
    if (!placed.ok()) return AtColumn(table, name, placed);
  }
  absl::StatusOr<std::vector<Value>> data = std::move(*order).Columns();
  if (!data.ok()) {
    return StatusAt(group, data.status().message(), data.status().code());
  }
  frame.data = *std::move(data);
  return frame;
}

}  // namespace

bool FitsTable(const DataFrame& frame) {
  const DType labels = frame.columns.labels.dtype();
  return FitsTable(frame.index, frame.data) &&
         (labels == DType::kString || labels == DType::kInt64 ||
          labels == DType::kFloat64) &&
         PickleLabels(frame.columns.labels).size() <= kMaxLabelBytes;
}

bool FitsTable(const Series& series) {
  const std::string name = series.name.value_or("unnamed");
  return FitsTable(series.index, {series.data}) && !name.empty() &&
         name != "index" && name != kUnnamedSeries && name[0] != '_' &&
         name != "." && !absl::StrContains(name, '/') &&
         name.find('\0') == std::string::npos &&
         PickleLabels(Value(std::vector<std::string>{name})).size() <=
             kMaxLabelBytes / 4;
}

absl::Status WriteTableFrame(hid_t group, const DataFrame& frame,
                             const Filters& filters) {
  std::vector<Part> parts = {
      MakePart("index", Value(std::vector<std::string>{}), frame.index.labels)};
  TableDescription description;
  description.column_labels = frame.columns.labels;
  description.columns_name = frame.columns.name;
  description.index_name = frame.index.name;
  description.missing_text = MissingText(frame.data);
  for (const ColumnBlock& block : BlocksOf(frame.data)) {
    description.value_columns.push_back(
        absl::StrCat("values_block_", description.value_columns.size()));
    parts.push_back(
        MakePart(description.value_columns.back(),
                 SelectElements(frame.columns.labels, block.columns),
                 JoinColumns(frame.data, block.columns)));
  }
  CPPET_RETURN_IF_ERROR(WriteTableDescription(group, description));
  return WriteParts(group, parts, filters);
}

absl::Status WriteTableSeries(hid_t group, const Series& series,
                              const Filters& filters) {
  const std::string name = series.name.value_or(kUnnamedSeries);
  const Value label(std::vector<std::string>{name});
  TableDescription description;
  description.is_series = true;
  description.column_labels = label;
  description.index_name = series.index.name;
  description.value_columns = {name};
  description.missing_text = MissingText({series.data});
  CPPET_RETURN_IF_ERROR(WriteTableDescription(group, description));
  return WriteParts(group,
                    {MakePart("index", Value(std::vector<std::string>{}),
                              series.index.labels),
                     MakePart(name, label, series.data)},
                    filters);
}

absl::StatusOr<DataFrame> ReadTableFrame(hid_t group) {
  CPPET_ASSIGN_OR_RETURN(const TableDescription description,
                         ReadTableDescription(group));
  return ReadTable(group, description);
}

absl::StatusOr<Series> ReadTableSeries(hid_t group) {
  CPPET_ASSIGN_OR_RETURN(const TableDescription description,
                         ReadTableDescription(group));
  CPPET_ASSIGN_OR_RETURN(const DataFrame frame, ReadTable(group, description));
  if (!description.is_series || frame.data.size() != 1) {
    return StatusAt(group, "it is no series", absl::StatusCode::kDataLoss);
  }
  const Value& label = frame.columns.labels;
  if (label.dtype() != DType::kString) {
    return StatusAt(group, "a name that is no text cannot be read here",
                    absl::StatusCode::kUnimplemented);
  }
  Series series;
  series.index = frame.index;
  series.data = frame.data[0];
  if (label.texts()[0] != kUnnamedSeries) series.name = label.texts()[0];
  return series;
}

}  // namespace cppet::hdf5
