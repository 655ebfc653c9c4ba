#include "cppet/storage/hdf5/values/value_column.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/tables/table.h"

namespace cppet::hdf5 {
namespace {

constexpr int64_t kChunkBytes = 65536;
// Rows of that many chunks are written at a time.
constexpr int64_t kChunksAtATime = 16;
// Less than that, compression costs more than it saves.
constexpr size_t kSmallTable = 64;

std::string PrefixOf(const std::string& column) {
  return absl::StrCat("SRVC_COLUMN_", column, "_");
}

}  // namespace

absl::Status WriteValueColumn(hid_t leaf, const std::string& name,
                              const std::string& column,
                              const ColumnValues& values,
                              const Filters& filters) {
  const Value model = values.at(0);
  const auto layout = std::make_shared<const RowLayout>(
      std::vector<ColumnSpec>{{column,
                               model.dtype(),
                               values.text_size,
                               {model.shape().begin(), model.shape().end()}}});
  const size_t row_size = layout->row_size();
  TableOptions options;
  options.title = name;
  options.filters = filters;
  if (row_size * values.size <= kSmallTable) options.filters.complevel = 0;
  options.chunk_rows =
      std::clamp<int64_t>(kChunkBytes / row_size, 1, values.size);
  const int64_t batch = options.chunk_rows * kChunksAtATime;
  std::optional<Table> table;
  std::vector<char> bytes;
  for (int64_t first = 0; first < values.size; first += batch) {
    bytes.clear();
    for (int64_t i = first; i < std::min(values.size, first + batch); ++i) {
      AppendElements(values.at(i), values.text_size, &bytes);
    }
    const Rows rows(layout, std::move(bytes));
    if (!table.has_value()) {
      CPPET_ASSIGN_OR_RETURN(table, Table::Create(leaf, name, rows, options));
    } else {
      CPPET_RETURN_IF_ERROR(table->Append(rows));
    }
  }
  CPPET_RETURN_IF_ERROR(
      WriteRecall(table->id(), PrefixOf(column), RecallOf(model)));
  CPPET_RETURN_IF_ERROR(WriteText(table->id(), "SRVC_STORE", "TABLE"));
  if (!table->Close()) {
    return ErrorAt(leaf, absl::StrCat("cannot write ", name));
  }
  return absl::OkStatus();
}

absl::StatusOr<ValueColumn> ReadValueColumn(hid_t leaf, const std::string& name,
                                            const std::string& column) {
  CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(leaf, name));
  const auto at_table = [&table](const absl::Status& status) {
    return StatusAt(table.id(), status.message(), status.code());
  };
  if (table.layout()->columns().size() != 1 ||
      table.layout()->Find(column) != 0) {
    return at_table(absl::UnimplementedError(
        "a table with several columns cannot be read as a parameter"));
  }
  CPPET_ASSIGN_OR_RETURN(Rows rows, table.Read(0, table.num_rows()));
  absl::StatusOr<Decoder> decoder =
      Decoder::Create(rows.layout().columns()[0].element, {},
                      ReadRecall(table.id(), PrefixOf(column)));
  if (!decoder.ok()) return at_table(decoder.status());
  const size_t bytes = rows.size() * rows.layout().row_size();
  if (const absl::Status status =
          decoder->Check(absl::string_view(rows.data(), bytes));
      !status.ok()) {
    return at_table(status);
  }
  return ValueColumn{std::move(rows), *std::move(decoder)};
}

}  // namespace cppet::hdf5
