#include "cppet/storage/hdf5/overview/run_table.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/trajectory/value.h"

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

constexpr char kCompact[] = "CPPET_COMPACT";

// The same of a compact table: many runs are stored together, so that most
// chunks are compressed once.
constexpr int64_t kMaxCompactRows = 1000;
constexpr int64_t kManyBatches = 64;

int64_t CompactChunkRows(int64_t length) {
  return std::min(length, std::clamp(length / kManyBatches, kMinChunkRows,
                                     kMaxCompactRows));
}

// Bytes of "-1.7976931348623157e+308", the longest number; complex ones have
// two and "(+j)".
constexpr size_t kNumberSize = 24;
constexpr size_t kComplexSize = 2 * kNumberSize + 4;
// Beside the name and the value of a parameter.
constexpr size_t kBetween = 6;
// For parameters that are explored later.
constexpr size_t kMinSummarySize = 32;
// Of "run_00000000" and some digits more.
constexpr size_t kCompactNameSize = 16;

// The name of a parameter is in the text in full if it is there otherwise: in
// other names, or in values.
constexpr char kLettersOfNumbers[] = "-.aefijlnrstuFT";

// As wide as the longest text can be.
RunLayoutSizes CompactSizes(const Trajectory& trajectory) {
  size_t size = 0;
  for (const Parameter* parameter : trajectory.explored()) {
    const auto& value = parameter->value();
    if (!value.has_value() || !value->is_scalar() || value->is_text()) {
      size = kSummarySize;
      break;
    }
    const bool is_complex = value->dtype() == DType::kComplex64 ||
                            value->dtype() == DType::kComplex128;
    const std::string& name = parameter->name();
    const bool is_ambiguous =
        name.find_first_not_of(kLettersOfNumbers) == std::string::npos ||
        std::any_of(trajectory.explored().begin(), trajectory.explored().end(),
                    [&](const Parameter* other) {
                      return other != parameter &&
                             absl::StrContains(other->full_name(), name);
                    });
    size += (is_ambiguous ? parameter->full_name() : name).size() + kBetween +
            (is_complex ? kComplexSize : kNumberSize);
  }
  return {.name = kCompactNameSize,
          .summary = std::clamp(size, kMinSummarySize, kSummarySize)};
}

// Read or written at a time.
constexpr int64_t kBatchRows = 4096;

Rows RowsOf(const Trajectory& trajectory, int64_t first, int64_t last,
            std::shared_ptr<const RowLayout> layout) {
  const RunColumns columns(*layout);
  Rows rows(std::move(layout));
  for (int64_t i = first; i < last; ++i) {
    const RunInfo run = trajectory.run_info(i);
    AddRunRow(RunInfoViewOf(run), columns, &rows);
  }
  return rows;
}

}  // namespace

absl::StatusOr<RunTable> RunTable::Create(hid_t overview,
                                          const Trajectory& trajectory,
                                          const RunTableOptions& how) {
  const int64_t length = trajectory.length();
  TableOptions options;
  options.title = kRunTable;
  options.filters.complevel = how.compact ? std::min(how.complevel, 1) : 1;
  options.filters.shuffle = how.compact;
  options.chunk_rows =
      how.compact ? CompactChunkRows(length) : ChunkRows(length);
  CPPET_ASSIGN_OR_RETURN(
      Table table,
      Table::Create(overview, kRunTable,
                    RowsOf(trajectory, 0, std::min(length, kBatchRows),
                           RunLayout(how.compact ? CompactSizes(trajectory)
                                                 : RunLayoutSizes())),
                    options));
  if (how.compact) {
    CPPET_RETURN_IF_ERROR(WriteInteger(table.id(), kCompact, 1));
  }
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

void RunTable::AddRow(const RunInfoView& run, Rows* rows) const {
  AddRunRow(run, columns_, rows);
}

absl::Status RunTable::Write(absl::Span<const int64_t> indices,
                             const Rows& rows) {
  if (indices.empty()) return absl::OkStatus();
  if (indices.front() < 0 || indices.back() >= size()) {
    return StatusAt(
        table_.id(),
        absl::StrCat("there are only ", size(), " runs, so no run ",
                     indices.front() < 0 ? indices.front() : indices.back()),
        absl::StatusCode::kOutOfRange);
  }
  int64_t first = indices.front();
  if (indices.back() - first == static_cast<int64_t>(indices.size()) - 1) {
    return table_.Write(first, rows);
  }
  // Runs side by side are written together.
  Rows neighbours = NoRows();
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] != first + neighbours.size()) {
      CPPET_RETURN_IF_ERROR(table_.Write(first, neighbours));
      neighbours.clear();
      first = indices[i];
    }
    neighbours.AddCopy(rows, i);
  }
  return table_.Write(first, neighbours);
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

absl::Status RunTable::ReadEach(
    absl::FunctionRef<void(const RunInfoView&)> take) const {
  const bool compact = ReadInteger(table_.id(), kCompact) == 1;
  // Whole chunks, of which threads decode some at a time.
  int64_t step = kBatchRows;
  const int64_t chunk_rows = table_.chunk_rows();
  if (chunk_rows > 0 && chunk_rows <= kBatchRows) {
    step = kBatchRows / chunk_rows * chunk_rows;
  }
  for (int64_t first = 0; first < size(); first += step) {
    CPPET_ASSIGN_OR_RETURN(const Rows rows,
                           table_.Read(first, std::min(step, size() - first)));
    for (int64_t i = 0; i < rows.size(); ++i) {
      RunInfoView run = RunInfoViewOf(rows, columns_, i);
      if (compact) run.parameter_summary = run.started() ? "" : kNotRun;
      take(run);
    }
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
