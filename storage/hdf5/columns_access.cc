#include "cppet/storage/hdf5/columns_access.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/columns/columns_reader.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/overview/run_table.h"
#include "cppet/storage/hdf5/tree/trajectory_reader.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kTextsOfColumn = 5;

absl::StatusOr<std::unique_ptr<ColumnsReader>> OpenColumns(
    hid_t root, absl::string_view name) {
  CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(root, name));
  CPPET_ASSIGN_OR_RETURN(const Handle group,
                         OpenObject(root, std::string(name)));
  CPPET_ASSIGN_OR_RETURN(const Handle overview,
                         OpenObject(group.get(), kOverview));
  CPPET_ASSIGN_OR_RETURN(const RunTable runs, RunTable::Open(overview.get()));
  return ColumnsReader::Open(group.get(), runs.size());
}

absl::Status NotWhole() {
  return absl::DataLossError("what was read of columns is not whole");
}

}  // namespace

absl::StatusOr<std::vector<RunColumn>> ListColumnsOf(hid_t root,
                                                     absl::string_view name) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<ColumnsReader> reader,
                         OpenColumns(root, name));
  if (reader == nullptr) return std::vector<RunColumn>();
  return reader->columns();
}

absl::StatusOr<std::vector<RunColumnValues>> ReadColumnsOf(
    hid_t root, absl::string_view name, absl::Span<const size_t> columns,
    int64_t first, int64_t count) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<ColumnsReader> reader,
                         OpenColumns(root, name));
  const size_t there = reader == nullptr ? 0 : reader->columns().size();
  if (std::any_of(columns.begin(), columns.end(),
                  [there](size_t column) { return column >= there; })) {
    return absl::OutOfRangeError(
        absl::StrCat("there are only ", there, " columns"));
  }
  if (columns.empty()) return std::vector<RunColumnValues>();
  return reader->Read(columns, first, count);
}

absl::StatusOr<Texts> TextsOfColumns(
    const absl::StatusOr<std::vector<RunColumn>>& columns) {
  CPPET_RETURN_IF_ERROR(columns.status());
  Texts texts;
  for (const RunColumn& column : *columns) {
    texts.insert(texts.end(), {column.result, column.item,
                               absl::StrCat(static_cast<int>(column.dtype)),
                               absl::StrCat(static_cast<int>(column.flavor)),
                               column.comment});
  }
  return texts;
}

absl::StatusOr<Texts> TextsOfValues(
    absl::StatusOr<std::vector<RunColumnValues>> values) {
  CPPET_RETURN_IF_ERROR(values.status());
  Texts texts;
  for (RunColumnValues& column : *values) {
    texts.push_back(std::move(column.bytes));
    texts.push_back(std::move(column.present));
  }
  return texts;
}

absl::StatusOr<std::vector<RunColumn>> ColumnsFromTexts(const Texts& texts) {
  if (texts.size() % kTextsOfColumn != 0) return NotWhole();
  std::vector<RunColumn> columns;
  for (size_t i = 0; i < texts.size(); i += kTextsOfColumn) {
    int dtype;
    int flavor;
    if (!absl::SimpleAtoi(texts[i + 2], &dtype) ||
        !absl::SimpleAtoi(texts[i + 3], &flavor)) {
      return NotWhole();
    }
    columns.push_back({texts[i], texts[i + 1], static_cast<DType>(dtype),
                       static_cast<Flavor>(flavor), texts[i + 4]});
  }
  return columns;
}

absl::StatusOr<std::vector<RunColumnValues>> ValuesFromTexts(Texts texts,
                                                             size_t columns) {
  if (texts.size() != 2 * columns) return NotWhole();
  std::vector<RunColumnValues> values(columns);
  for (size_t i = 0; i < columns; ++i) {
    values[i].bytes = std::move(texts[2 * i]);
    values[i].present = std::move(texts[2 * i + 1]);
  }
  return values;
}

}  // namespace cppet::hdf5
