#include "cppet/storage/hdf5/columns/columns_writer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

// Sweeps have one or a few kinds of runs.
constexpr size_t kMaxKinds = 64;

// A run that is stored alone makes HDF5 compress its chunk anew, which must not
// take long; but there are not to be too many chunks.
constexpr int64_t kMinChunkRows = 64;
constexpr int64_t kMaxChunkRows = 1000;
constexpr int64_t kMaxChunkBytes = 1 << 18;
constexpr int64_t kManyChunks = 64;

// Higher levels take many times as long for some percent of numbers.
constexpr int kMaxLevel = 1;

}  // namespace

absl::StatusOr<std::unique_ptr<ColumnsWriter>> ColumnsWriter::Open(
    hid_t trajectory, const ColumnsOptions& options) {
  auto writer = absl::WrapUnique(new ColumnsWriter(trajectory, options));
  CPPET_RETURN_IF_ERROR(writer->ReadKinds());
  return writer;
}

absl::Status ColumnsWriter::ReadKinds() {
  leaf_ = FindColumnsLeaf(trajectory_);
  if (!leaf_.ok()) {
    const std::string branch(FirstPart(kColumnsLeaf));
    if (!HasLink(trajectory_, branch)) return absl::OkStatus();
    CPPET_ASSIGN_OR_RETURN(const Handle results,
                           OpenObject(trajectory_, branch));
    is_blocked_ = HasLink(results.get(), std::string(LastPart(kColumnsLeaf)));
    return absl::OkStatus();
  }
  CPPET_ASSIGN_OR_RETURN(std::vector<ColumnTable> tables,
                         OpenColumnTables(leaf_.get()));
  for (ColumnTable& table : tables) {
    was_empty_ = was_empty_ && table.table.num_rows() == 0;
    auto kind = std::make_unique<Kind>(ColumnSet(table.columns));
    kind->table = std::make_unique<ColumnTable>(std::move(table));
    by_key_.emplace(kind->columns.key(), kind.get());
    kinds_.push_back(std::move(kind));
  }
  if (!kinds_.empty()) last_ = kinds_.front().get();
  return absl::OkStatus();
}

ColumnsWriter::Part ColumnsWriter::Match(
    absl::Span<const RunRecord* const> records) const {
  Part part;
  part.kind = last_;
  if (last_ == nullptr) return part;
  part.leaves.reserve(records.size());
  part.rows.reserve(records.size() * last_->columns.row_size());
  for (const RunRecord* record : records) {
    ColumnSet::Leaves leaves;
    if (!last_->columns.AppendIfSame(*record, &leaves, &part.rows)) break;
    part.leaves.push_back(std::move(leaves));
  }
  return part;
}

std::vector<ColumnSet::Leaves> ColumnsWriter::Take(
    absl::Span<const RunRecord* const> records, Part part) {
  if (part.kind != nullptr) {
    last_ = part.kind;
    last_->rows.insert(last_->rows.end(), part.rows.begin(), part.rows.end());
  }
  std::vector<ColumnSet::Leaves> leaves = std::move(part.leaves);
  for (const RunRecord* record : records.subspan(leaves.size())) {
    leaves.push_back(TakeOne(*record));
  }
  return leaves;
}

ColumnSet::Leaves ColumnsWriter::TakeOne(const RunRecord& record) {
  ColumnSet::Leaves leaves;
  if (last_ != nullptr &&
      last_->columns.AppendIfSame(record, &leaves, &last_->rows)) {
    return leaves;
  }
  leaves.assign(record.leaves.size(), false);
  if (is_blocked_) return leaves;
  ColumnSet columns = ColumnSet::Of(record);
  if (columns.columns().empty()) return leaves;
  Kind* const kind = FindOrAdd(std::move(columns));
  if (kind == nullptr) return leaves;
  last_ = kind;
  last_->columns.Append(record, &leaves, &last_->rows);
  return leaves;
}

ColumnsWriter::Kind* ColumnsWriter::FindOrAdd(ColumnSet columns) {
  const auto found = by_key_.find(columns.key());
  if (found != by_key_.end()) return found->second;
  if (kinds_.size() >= kMaxKinds) return nullptr;
  kinds_.push_back(std::make_unique<Kind>(std::move(columns)));
  Kind* const kind = kinds_.back().get();
  by_key_.emplace(kind->columns.key(), kind);
  return kind;
}

absl::Status ColumnsWriter::TakeRows(const std::vector<RunColumn>& columns,
                                     absl::string_view rows) {
  Kind* const kind = is_blocked_ ? nullptr : FindOrAdd(ColumnSet(columns));
  if (kind == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the results of runs have no place in ", kColumnsLeaf,
        is_blocked_ ? ", where something else is" : ": too many tables"));
  }
  // Where each column of the table is in a row.
  std::vector<std::pair<size_t, size_t>> cells = {{0, sizeof(int64_t)}};
  size_t row_size = sizeof(int64_t);
  for (const RunColumn& column : kind->columns.columns()) {
    size_t offset = sizeof(int64_t);
    for (const RunColumn& from : columns) {
      const size_t size = ItemSize(from.dtype);
      if (from.result == column.result && from.item == column.item) {
        cells.emplace_back(offset, size);
      }
      offset += size;
    }
    row_size = offset;
  }
  for (; rows.size() >= row_size; rows.remove_prefix(row_size)) {
    for (const auto& [offset, size] : cells) {
      const absl::string_view cell = rows.substr(offset, size);
      kind->rows.insert(kind->rows.end(), cell.begin(), cell.end());
    }
  }
  return absl::OkStatus();
}

int64_t ColumnsWriter::ChunkRows(int64_t row_size) const {
  const int64_t wanted =
      std::clamp(options_.length / kManyChunks, kMinChunkRows, kMaxChunkRows);
  return std::max<int64_t>(
      1, std::min({wanted, options_.length, kMaxChunkBytes / row_size}));
}

absl::Status ColumnsWriter::WriteRows(Kind* kind) {
  if (kind->rows.empty()) return absl::OkStatus();
  if (kind->table != nullptr) {
    Table& table = kind->table->table;
    const Rows rows(table.layout(), std::exchange(kind->rows, {}));
    return table.Append(rows);
  }
  int number = 0;
  std::string name;
  do {
    name = absl::StrFormat("set_%08d", number++);
  } while (HasLink(leaf_.get(), name));
  const auto layout =
      std::make_shared<const RowLayout>(kind->columns.TableColumns());
  TableOptions options;
  options.title = name;
  options.filters = options_.filters;
  options.filters.complevel = std::min(options.filters.complevel, kMaxLevel);
  options.chunk_rows = ChunkRows(layout->row_size());
  CPPET_ASSIGN_OR_RETURN(
      ColumnTable table,
      CreateColumnTable(leaf_.get(), name, kind->columns.columns(),
                        Rows(layout, std::exchange(kind->rows, {})), options));
  kind->table = std::make_unique<ColumnTable>(std::move(table));
  return absl::OkStatus();
}

absl::StatusOr<bool> ColumnsWriter::Flush() {
  bool is_new = false;
  if (!leaf_.ok() && !kinds_.empty()) {
    CPPET_ASSIGN_OR_RETURN(leaf_,
                           CreateColumnsLeaf(trajectory_, options_.filters));
    is_new = true;
  }
  for (const auto& kind : kinds_) {
    CPPET_RETURN_IF_ERROR(WriteRows(kind.get()));
  }
  return is_new;
}

}  // namespace cppet::hdf5
