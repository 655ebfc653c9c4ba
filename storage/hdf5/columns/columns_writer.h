#ifndef CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_WRITER_H_
#define CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/columns/column_set.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/run_record.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct ColumnsOptions {
  Filters filters;
  // Runs that there will be.
  int64_t length = 1;
};

// Writes scalar results of runs as rows of tables, one for each kind of runs:
// for each set of results.
class ColumnsWriter {
  struct Kind;

 public:
  // Finds the tables in the group `trajectory`, which must outlive it. If there
  // are none, they are made when there is something for them; nothing is taken
  // if there is something else in their place.
  //
  // Errors:
  //   kDataLoss: they cannot be read.
  static absl::StatusOr<std::unique_ptr<ColumnsWriter>> Open(
      hid_t trajectory, const ColumnsOptions& options);

  // Whether there was no row when it was opened.
  bool was_empty() const { return was_empty_; }

  // The first of some records that are of the kind of the one that was taken
  // last: which of their leaves are columns, and their rows.
  struct Part {
    Kind* kind = nullptr;  // null if there is none yet
    std::vector<ColumnSet::Leaves> leaves;
    std::vector<char> rows;
  };
  // Changes nothing, so that several threads may do it at a time.
  Part Match(absl::Span<const RunRecord* const> records) const;

  // Takes those results of `records` that are columns, to be written by Flush,
  // and returns for each leaf of each whether it is one of them. A record that
  // did not complete has none, so that no row has to be replaced. `part` is
  // what Match found of them.
  std::vector<ColumnSet::Leaves> Take(
      absl::Span<const RunRecord* const> records, Part part);

  // Takes rows of another trajectory: the packed rows of a table with that of
  // the run and then `columns`. Whose runs they are is in them already.
  //
  // Errors:
  //   kFailedPrecondition: there are too many tables, or there is something
  //     else in their place.
  absl::Status TakeRows(const std::vector<RunColumn>& columns,
                        absl::string_view rows);

  // Writes what was taken. Returns whether that made the result of the tables.
  absl::StatusOr<bool> Flush();

 private:
  struct Kind {
    explicit Kind(ColumnSet set) : columns(std::move(set)) {}

    ColumnSet columns;
    std::unique_ptr<ColumnTable> table;  // null until it is made
    std::vector<char> rows;              // not written yet
  };

  ColumnsWriter(hid_t trajectory, const ColumnsOptions& options)
      : trajectory_(trajectory), options_(options) {}

  absl::Status ReadKinds();
  ColumnSet::Leaves TakeOne(const RunRecord& record);
  // The kind of that key; if there is none, `columns` become one. Null if that
  // cannot be.
  Kind* FindOrAdd(ColumnSet columns);
  absl::Status WriteRows(Kind* kind);
  int64_t ChunkRows(int64_t row_size) const;

  const hid_t trajectory_;
  const ColumnsOptions options_;
  Handle leaf_;
  bool is_blocked_ = false;
  bool was_empty_ = true;
  std::vector<std::unique_ptr<Kind>> kinds_;
  absl::flat_hash_map<std::string, Kind*> by_key_;
  Kind* last_ = nullptr;  // of the record that was taken last
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_WRITER_H_
