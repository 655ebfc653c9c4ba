#include "cppet/storage/hdf5/columns/columns_reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/columns/column_name.h"

namespace cppet::hdf5 {
namespace {

// Rows that are read at a time.
constexpr int64_t kSliceRows = 1 << 16;
// So many rows that are not asked for are read rather than skipped.
constexpr int64_t kMaxGap = 1024;

absl::Status NoSuchRun(const Table& table, int64_t row, int64_t run,
                       int64_t length) {
  return StatusAt(table.id(),
                  absl::StrCat("row ", row, " is that of run ", run,
                               ", but there are only ", length, " runs"),
                  absl::StatusCode::kDataLoss);
}

int64_t RunIn(const Rows& rows, int64_t row) {
  int64_t run;
  std::memcpy(&run, rows.cell(row, 0).data(), sizeof(run));
  return run;
}

// Copies a row, whose first column is that of the run, to the place `to` of
// each column.
void CopyCells(const Rows& rows, int64_t row, int64_t to,
               absl::Span<RunColumnValues* const> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    const absl::string_view cell = rows.cell(row, i + 1);
    std::copy(cell.begin(), cell.end(),
              values[i]->bytes.begin() + to * cell.size());
    values[i]->present[to] = 1;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ColumnsReader>> ColumnsReader::Open(
    hid_t trajectory, int64_t length) {
  const Handle leaf = FindColumnsLeaf(trajectory);
  if (!leaf.ok()) return nullptr;
  auto reader = absl::WrapUnique(new ColumnsReader(length));
  CPPET_ASSIGN_OR_RETURN(reader->column_tables_, OpenColumnTables(leaf.get()));
  for (const ColumnTable& table : reader->column_tables_) {
    reader->firsts_.push_back(reader->columns_.size());
    reader->columns_.insert(reader->columns_.end(), table.columns.begin(),
                            table.columns.end());
  }
  reader->firsts_.push_back(reader->columns_.size());
  reader->indexes_.resize(reader->column_tables_.size());
  return reader;
}

absl::StatusOr<std::shared_ptr<const RowLayout>> ColumnsReader::Part(
    size_t table, const std::vector<size_t>& columns) const {
  const RowLayout& layout = *column_tables_[table].table.layout();
  std::vector<std::string> names = {kRunColumn};
  for (const size_t column : columns) {
    names.push_back(layout.columns()[column + 1].name);
  }
  CPPET_ASSIGN_OR_RETURN(RowLayout part, layout.Part(names));
  return std::make_shared<const RowLayout>(std::move(part));
}

absl::StatusOr<std::vector<int64_t>> ColumnsReader::RunsOf(size_t table) const {
  const Table& from = column_tables_[table].table;
  CPPET_ASSIGN_OR_RETURN(const std::shared_ptr<const RowLayout> part,
                         Part(table, {}));
  std::vector<int64_t> runs;
  for (int64_t first = 0; first < from.num_rows(); first += kSliceRows) {
    const int64_t count = std::min(kSliceRows, from.num_rows() - first);
    CPPET_ASSIGN_OR_RETURN(const Rows rows, from.Read(first, count, part));
    for (int64_t i = 0; i < count; ++i) {
      const int64_t run = RunIn(rows, i);
      if (run < 0 || run >= length_) {
        return NoSuchRun(from, first + i, run, length_);
      }
      runs.push_back(run);
    }
  }
  return runs;
}

absl::Status ColumnsReader::ReadRows(
    size_t table,
    const std::function<absl::Status(std::string rows)>& take) const {
  const Table& from = column_tables_[table].table;
  for (int64_t first = 0; first < from.num_rows(); first += kSliceRows) {
    const int64_t count = std::min(kSliceRows, from.num_rows() - first);
    CPPET_ASSIGN_OR_RETURN(const Rows rows, from.Read(first, count));
    for (int64_t i = 0; i < count; ++i) {
      const int64_t run = RunIn(rows, i);
      if (run < 0 || run >= length_) {
        return NoSuchRun(from, first + i, run, length_);
      }
    }
    CPPET_RETURN_IF_ERROR(
        take(std::string(rows.data(), count * rows.layout().row_size())));
  }
  return absl::OkStatus();
}

absl::Status ColumnsReader::MakeIndex(size_t table) {
  Index& index = indexes_[table];
  if (index.known) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const std::vector<int64_t> runs, RunsOf(table));
  index.rows.assign(length_, -1);
  for (size_t row = 0; row < runs.size(); ++row) index.rows[runs[row]] = row;
  index.known = true;
  return absl::OkStatus();
}

absl::StatusOr<bool> ColumnsReader::ReadInPlace(
    size_t table, const std::vector<size_t>& from,
    absl::Span<RunColumnValues* const> to, int64_t first, int64_t count) {
  const Table& rows_of = column_tables_[table].table;
  // A run behind the last row may have any row.
  if (first + count > rows_of.num_rows()) return false;
  CPPET_ASSIGN_OR_RETURN(std::shared_ptr<const RowLayout> part,
                         Part(table, from));
  CPPET_ASSIGN_OR_RETURN(const Rows rows,
                         rows_of.Read(first, count, std::move(part)));
  for (int64_t i = 0; i < count; ++i) {
    if (RunIn(rows, i) != first + i) return false;
  }
  for (int64_t i = 0; i < count; ++i) CopyCells(rows, i, i, to);
  return true;
}

absl::Status ColumnsReader::ReadTable(size_t table,
                                      const std::vector<size_t>& from,
                                      absl::Span<RunColumnValues* const> to,
                                      int64_t first, int64_t count) {
  if (!indexes_[table].known) {
    CPPET_ASSIGN_OR_RETURN(const bool done,
                           ReadInPlace(table, from, to, first, count));
    if (done) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(MakeIndex(table));
  }
  std::vector<RunRow> wanted;  // by row
  for (int64_t run = first; run < first + count; ++run) {
    const int64_t row = indexes_[table].rows[run];
    if (row >= 0) wanted.emplace_back(row, run);
  }
  std::sort(wanted.begin(), wanted.end());
  CPPET_ASSIGN_OR_RETURN(const std::shared_ptr<const RowLayout> part,
                         Part(table, from));
  for (size_t i = 0; i < wanted.size();) {
    const int64_t begin = wanted[i].first;
    size_t end = i + 1;
    while (end < wanted.size() && wanted[end].first < begin + kSliceRows &&
           wanted[end].first - wanted[end - 1].first <= kMaxGap) {
      ++end;
    }
    CPPET_ASSIGN_OR_RETURN(const Rows rows,
                           column_tables_[table].table.Read(
                               begin, wanted[end - 1].first + 1 - begin, part));
    for (; i < end; ++i) {
      CopyCells(rows, wanted[i].first - begin, wanted[i].second - first, to);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RunColumnValues>> ColumnsReader::Read(
    absl::Span<const size_t> columns, int64_t first, int64_t count) {
  if (first < 0 || count < 0 || first + count > length_) {
    return absl::OutOfRangeError(
        absl::StrCat("there are only ", length_, " runs"));
  }
  std::vector<RunColumnValues> values(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    values[i].bytes.resize(count * ItemSize(columns_[columns[i]].dtype));
    values[i].present.resize(count);
  }
  for (size_t table = 0; table < column_tables_.size(); ++table) {
    std::vector<size_t> from;
    std::vector<RunColumnValues*> to;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] < firsts_[table] || columns[i] >= firsts_[table + 1]) {
        continue;
      }
      from.push_back(columns[i] - firsts_[table]);
      to.push_back(&values[i]);
    }
    if (from.empty()) continue;
    CPPET_RETURN_IF_ERROR(ReadTable(table, from, to, first, count));
  }
  return values;
}

}  // namespace cppet::hdf5
