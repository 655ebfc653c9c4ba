#include "cppet/storage/hdf5/values/object_table.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/values/coding.h"

namespace cppet::hdf5 {
namespace {

constexpr char kStore[] = "SRVC_STORE";
constexpr char kSplit[] = "SPLIT_TABLE";
constexpr char kTypesTable[] = "__SRVC_STORE";
constexpr int64_t kChunkBytes = 65536;

std::string ColumnPrefix(const std::string& column) {
  return absl::StrCat("SRVC_COLUMN_", column, "_");
}

ColumnSpec SpecOf(const Column& column) {
  const absl::Span<const int64_t> shape = column.cells.shape();
  return {column.name,
          column.cells.dtype(),
          TextSize(column.cells),
          {shape.begin() + 1, shape.end()}};
}

Rows RowsOf(absl::Span<const Column> columns) {
  std::vector<ColumnSpec> specs;
  for (const Column& column : columns) specs.push_back(SpecOf(column));
  auto layout = std::make_shared<const RowLayout>(specs);
  const int64_t rows = columns[0].rows();
  std::vector<char> bytes(rows * layout->row_size());
  std::vector<char> cells;
  for (size_t c = 0; c < columns.size(); ++c) {
    cells.clear();
    AppendElements(columns[c].cells, specs[c].text_size, &cells);
    const RowLayout::Column& place = layout->columns()[c];
    const size_t size = place.element.total_size();
    for (int64_t row = 0; row < rows; ++row) {
      std::copy_n(cells.data() + row * size, size,
                  bytes.data() + row * layout->row_size() + place.offset);
    }
  }
  return Rows(std::move(layout), std::move(bytes));
}

absl::StatusOr<Table> WriteTable(hid_t group, const std::string& name,
                                 const Rows& rows, const Filters& filters) {
  TableOptions options;
  options.title = name;
  options.filters = filters;
  options.chunk_rows =
      std::clamp<int64_t>(kChunkBytes / rows.layout().row_size(), 1,
                          std::max<int64_t>(1, rows.size()));
  return Table::Create(group, name, rows, options);
}

// Says in a table what the attributes of one would.
absl::Status WriteTypes(hid_t group, const std::string& name,
                        absl::Span<const Column> columns,
                        const Filters& filters) {
  std::vector<std::string> fields;
  std::vector<std::string> types;
  for (const Column& column : columns) {
    const Recall recall = RecallOf(column);
    const std::string prefix = ColumnPrefix(column.name);
    fields.push_back(prefix + "COLL_TYPE");
    types.push_back(recall.collection);
    if (recall.scalar.empty()) continue;
    fields.push_back(prefix + "SCALAR_TYPE");
    types.push_back(recall.scalar);
  }
  const Rows rows = RowsOf(
      {Column::Of("data_type", types), Column::Of("field_name", fields)});
  CPPET_ASSIGN_OR_RETURN(const Table table,
                         WriteTable(group, name, rows, filters));
  return WriteInteger(table.id(), "DATATYPE_TABLE", 1);
}

absl::Status WriteKind(hid_t item, bool is_dict) {
  if (!is_dict) return WriteText(item, kStore, "TABLE");
  CPPET_RETURN_IF_ERROR(WriteText(item, kStore, "DICT"));
  return WriteText(item, "SRVC_DATA_COLL_TYPE", "COLL_DICT");
}

// Writes the columns as one table, or as a group of tables.
absl::Status WriteColumns(hid_t group, const std::string& name,
                          absl::Span<const Column> columns, bool is_dict,
                          const Filters& filters) {
  if (columns.size() <= kMaxTableColumns) {
    CPPET_ASSIGN_OR_RETURN(const Table table,
                           WriteTable(group, name, RowsOf(columns), filters));
    for (const Column& column : columns) {
      CPPET_RETURN_IF_ERROR(
          WriteRecall(table.id(), ColumnPrefix(column.name), RecallOf(column)));
    }
    return WriteKind(table.id(), is_dict);
  }
  CPPET_ASSIGN_OR_RETURN(const Handle tables,
                         CreateGroup(group, name, filters));
  CPPET_RETURN_IF_ERROR(WriteKind(tables.get(), is_dict));
  CPPET_RETURN_IF_ERROR(WriteInteger(tables.get(), kSplit, 1));
  for (size_t first = 0, number = 0; first < columns.size();
       first += kMaxTableColumns, ++number) {
    const std::string part =
        number == 0 ? name : absl::StrCat(name, "_", number);
    CPPET_RETURN_IF_ERROR(
        WriteTable(tables.get(), part,
                   RowsOf(columns.subspan(first, kMaxTableColumns)), filters)
            .status());
  }
  return WriteTypes(tables.get(), name + kTypesTable, columns, filters);
}

// What the columns of split tables are to Python, by what would be attributes.
using Types = absl::flat_hash_map<std::string, std::string>;

absl::StatusOr<Types> ReadTypes(hid_t group, const std::string& name) {
  Types types;
  if (!HasLink(group, name)) return types;
  CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(group, name));
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
  const int field = rows.layout().Find("field_name");
  const int type = rows.layout().Find("data_type");
  for (int64_t row = 0; row < rows.size(); ++row) {
    types[rows.Text(row, field)] = rows.Text(row, type);
  }
  return types;
}

absl::StatusOr<Column> DecodeColumn(const Rows& rows, int column,
                                    const Recall& recall) {
  const RowLayout::Column& place = rows.layout().columns()[column];
  CPPET_ASSIGN_OR_RETURN(const Decoder decoder,
                         Decoder::Create(place.element, {}, recall));
  std::string bytes;
  bytes.reserve(rows.size() * place.element.total_size());
  for (int64_t row = 0; row < rows.size(); ++row) {
    const absl::string_view cell = rows.cell(row, column);
    bytes.append(cell.data(), cell.size());
  }
  CPPET_RETURN_IF_ERROR(decoder.Check(bytes));
  return Column{place.name, decoder.DecodeArray(rows.size(), bytes),
                decoder.form(), decoder.flavor()};
}

// Appends the columns of `table`. `types` is null if its attributes tell them.
absl::Status ReadColumnsOf(const Table& table, const Types* types,
                           std::vector<Column>* columns) {
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
  const auto& places = rows.layout().columns();
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string prefix = ColumnPrefix(places[i].name);
    Recall recall;
    if (types == nullptr) {
      recall = ReadRecall(table.id(), prefix);
    } else {
      const auto find = [&](absl::string_view suffix) {
        const auto it = types->find(absl::StrCat(prefix, suffix));
        return it == types->end() ? std::string() : it->second;
      };
      recall = {find("COLL_TYPE"), find("SCALAR_TYPE")};
    }
    absl::StatusOr<Column> column = DecodeColumn(rows, i, recall);
    if (!column.ok()) {
      return StatusAt(table.id(),
                      absl::StrCat("column ", places[i].name, ": ",
                                   column.status().message()),
                      column.status().code());
    }
    columns->push_back(*std::move(column));
  }
  return absl::OkStatus();
}

// The number of the split table `table` of `name`: 2 for name_2; -1 for others.
int64_t SplitNumber(const std::string& name, absl::string_view table) {
  if (table == name) return 0;
  int64_t number;
  if (!absl::ConsumePrefix(&table, name) || !absl::ConsumePrefix(&table, "_") ||
      !absl::SimpleAtoi(table, &number)) {
    return -1;
  }
  return number;
}

absl::Status ReadSplitTables(hid_t group, std::vector<Column>* columns) {
  const std::string path = PathOf(group);
  const std::string name = path.substr(path.rfind('/') + 1);
  CPPET_ASSIGN_OR_RETURN(const Types types,
                         ReadTypes(group, name + kTypesTable));
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  std::vector<std::pair<int64_t, std::string>> parts;
  for (const Link& link : links) {
    const int64_t number = SplitNumber(name, link.name);
    if (link.hard && number >= 0) parts.emplace_back(number, link.name);
  }
  std::sort(parts.begin(), parts.end());
  for (const auto& [number, part] : parts) {
    CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(group, part));
    CPPET_RETURN_IF_ERROR(ReadColumnsOf(table, &types, columns));
    if (columns->front().rows() != columns->back().rows()) {
      return StatusAt(
          table.id(),
          absl::StrCat("it has ", columns->back().rows(),
                       " rows, the one before it ", columns->front().rows()),
          absl::StatusCode::kDataLoss);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ObjectTable> ReadColumns(Handle item) {
  ObjectTable read;
  const hid_t id = item.get();
  if (IsGroup(id)) {
    CPPET_RETURN_IF_ERROR(ReadSplitTables(id, &read.columns));
  } else {
    CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(std::move(item)));
    CPPET_RETURN_IF_ERROR(ReadColumnsOf(table, nullptr, &read.columns));
  }
  return read;
}

}  // namespace

absl::Status CheckObjectTableFits(const ObjectTable& table) {
  if (table.columns.empty()) {
    return absl::InvalidArgumentError("it is a table without columns");
  }
  for (const Column& column : table.columns) {
    const absl::Span<const int64_t> shape = column.cells.shape();
    if (std::find(shape.begin() + 1, shape.end(), 0) != shape.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the cells of its column ", column.name, " have no elements"));
    }
    if (shape.size() > H5S_MAX_RANK) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the cells of its column ", column.name, " have ", shape.size() - 1,
          " dimensions; ", H5S_MAX_RANK - 1, " are the most"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDictFits(const Dict& dict) {
  for (const auto& [name, value] : dict.entries) {
    if (value.size() == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("its entry ", name, " is an empty ", value.type_name()));
    }
    if (value.shape().size() > H5S_MAX_RANK - 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("its entry ", name, " has ", value.shape().size(),
                       " dimensions; ", H5S_MAX_RANK - 1, " are the most"));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteObjectTable(hid_t group, const std::string& name,
                              const ObjectTable& table,
                              const Filters& filters) {
  return WriteColumns(group, name, table.columns, /*is_dict=*/false, filters);
}

absl::Status WriteDict(hid_t group, const std::string& name, const Dict& dict,
                       const Filters& filters) {
  std::vector<Column> columns;
  for (const auto& [key, value] : dict.entries) {
    CPPET_ASSIGN_OR_RETURN(Column column, Column::OfCells(key, {value}));
    columns.push_back(std::move(column));
  }
  return WriteColumns(group, name, columns, /*is_dict=*/true, filters);
}

absl::StatusOr<ObjectTable> ReadObjectTable(Handle item) {
  return ReadColumns(std::move(item));
}

absl::StatusOr<Dict> ReadDict(Handle item) {
  const absl::Status not_one_row =
      StatusAt(item.get(), "it is a dict, but its table has not one row",
               absl::StatusCode::kDataLoss);
  CPPET_ASSIGN_OR_RETURN(const ObjectTable table, ReadColumns(std::move(item)));
  Dict dict;
  for (Column column : table.columns) {
    if (column.rows() != 1) return not_one_row;
    // Those of numpy become Python's own on the way through pandas.
    const DType dtype = column.cells.dtype();
    const bool boxed = !column.cells.is_text() && dtype != DType::kComplex64 &&
                       dtype != DType::kComplex128;
    if (column.cell_form == Form::kScalar && boxed) {
      column.cell_flavor = Flavor::kPython;
    }
    dict.entries.emplace_back(column.name, column.Cell(0));
  }
  return dict;
}

}  // namespace cppet::hdf5
