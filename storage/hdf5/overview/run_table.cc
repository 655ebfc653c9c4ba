#include "cppet/storage/hdf5/overview/run_table.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"

namespace cppet::hdf5 {
namespace {

// Rows of a chunk. A run that is stored alone makes HDF5 compress its chunk
// anew, which must not take longer than the rest; but there are not to be too
// many chunks.
constexpr int64_t kMinChunkRows = 64;
constexpr int64_t kMaxChunkRows = 1024;
constexpr int64_t kManyChunks = 1024;

int64_t ChunkRows(int64_t length) {
  return std::min(
      length, std::clamp(length / kManyChunks, kMinChunkRows, kMaxChunkRows));
}

// Read or written at a time.
constexpr int64_t kBatchRows = 4096;

Rows RowsOf(const Trajectory& trajectory, int64_t first, int64_t last,
            std::shared_ptr<const RowLayout> layout) {
  const RunColumns columns(*layout);
  Rows rows(std::move(layout));
  for (int64_t i = first; i < last; ++i) {
    AddRunRow(trajectory.run_info(i), columns, &rows);
  }
  return rows;
}

}  // namespace

absl::StatusOr<RunTable> RunTable::Create(hid_t overview,
                                          const Trajectory& trajectory) {
  const int64_t length = trajectory.length();
  TableOptions options;
  options.title = kRunTable;
  options.filters.complevel = 1;
  options.filters.shuffle = false;
  options.chunk_rows = ChunkRows(length);
  CPPET_ASSIGN_OR_RETURN(
      Table table,
      Table::Create(
          overview, kRunTable,
          RowsOf(trajectory, 0, std::min(length, kBatchRows), RunLayout()),
          options));
  RunTable runs(std::move(table));
  CPPET_RETURN_IF_ERROR(runs.Extend(trajectory));
  return runs;
}

absl::StatusOr<RunTable> RunTable::Open(hid_t overview) {
  CPPET_ASSIGN_OR_RETURN(Table table, Table::Open(overview, kRunTable));
  return RunTable(std::move(table));
}

absl::Status RunTable::Extend(const Trajectory& trajectory) {
  const int64_t length = trajectory.length();
  while (size() < length) {
    CPPET_RETURN_IF_ERROR(table_.Append(
        RowsOf(trajectory, size(), std::min(length, size() + kBatchRows),
               table_.layout())));
  }
  return absl::OkStatus();
}

absl::Status RunTable::Write(absl::Span<const RunInfo> runs) {
  if (runs.empty()) return absl::OkStatus();
  if (runs.front().index < 0 || runs.back().index >= size()) {
    return StatusAt(table_.id(),
                    absl::StrCat("there are only ", size(), " runs, so no run ",
                                 runs.front().index < 0 ? runs.front().index
                                                        : runs.back().index),
                    absl::StatusCode::kOutOfRange);
  }
  Rows rows(table_.layout());
  int64_t first = runs.front().index;
  for (const RunInfo& run : runs) {
    // Runs side by side are written together.
    if (run.index != first + rows.size()) {
      CPPET_RETURN_IF_ERROR(table_.Write(first, rows));
      rows.clear();
      first = run.index;
    }
    AddRunRow(run, columns_, &rows);
  }
  return table_.Write(first, rows);
}

absl::StatusOr<bool> RunTable::Completed(int64_t index) const {
  if (index < 0 || index >= size()) return false;
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table_.Read(index, 1));
  return rows.Integer(0, columns_.completed) != 0;
}

absl::StatusOr<std::vector<int64_t>> RunTable::CompletedAmong(
    absl::Span<const int64_t> indices) const {
  std::vector<int64_t> completed;
  while (!indices.empty()) {
    const int64_t first = indices.front();
    size_t count = 1;
    while (count < indices.size() && indices[count] < first + kBatchRows) {
      ++count;
    }
    CPPET_ASSIGN_OR_RETURN(const Rows rows,
                           table_.Read(first, indices[count - 1] - first + 1));
    for (const int64_t index : indices.first(count)) {
      if (rows.Integer(index - first, columns_.completed) != 0) {
        completed.push_back(index);
      }
    }
    indices.remove_prefix(count);
  }
  return completed;
}

absl::StatusOr<std::vector<RunInfo>> RunTable::ReadAll() const {
  std::vector<RunInfo> runs;
  for (int64_t first = 0; first < size(); first += kBatchRows) {
    CPPET_ASSIGN_OR_RETURN(
        const Rows rows,
        table_.Read(first, std::min(kBatchRows, size() - first)));
    if (first == 0) runs.reserve(size());  // now it is known to be true
    for (int64_t i = 0; i < rows.size(); ++i) {
      runs.push_back(RunInfoOf(rows, columns_, i));
    }
  }
  return runs;
}

}  // namespace cppet::hdf5
