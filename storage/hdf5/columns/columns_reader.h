#ifndef CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_READER_H_
#define CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/run_columns.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Reads the results of runs that are columns. Nothing in the file is trusted.
class ColumnsReader {
 public:
  // Those in the group `trajectory`, which has `length` runs; null if it has
  // none.
  //
  // Errors:
  //   kDataLoss: the tables cannot be read.
  static absl::StatusOr<std::unique_ptr<ColumnsReader>> Open(hid_t trajectory,
                                                             int64_t length);

  // Of all tables, one after the other.
  const std::vector<RunColumn>& columns() const { return columns_; }
  // The first of each table, and one behind the last.
  const std::vector<size_t>& tables() const { return firsts_; }

  // The values of some columns for `count` runs from `first` on, which there
  // are. Of two rows of a run the last one counts.
  //
  // Errors:
  //   kDataLoss: they cannot be read.
  absl::StatusOr<std::vector<RunColumnValues>> Read(
      absl::Span<const size_t> columns, int64_t first, int64_t count);

  // Calls `take` with rows of the table `table`, packed one after the other:
  // the index of a run, which there is, and then the columns.
  //
  // Errors: of `take`, and
  //   kDataLoss: they cannot be read.
  absl::Status ReadRows(
      size_t table,
      const std::function<absl::Status(std::string rows)>& take) const;

  // The runs that have a row in the table `table`, in the order of its rows.
  //
  // Errors:
  //   kDataLoss: they cannot be read, or there is no such run.
  absl::StatusOr<std::vector<int64_t>> RunsOf(size_t table) const;

 private:
  // A run, and the place of its row.
  using RunRow = std::pair<int64_t, int64_t>;

  struct Index {
    bool known = false;
    // By run: its row, or -1.
    std::vector<int64_t> rows;
  };

  explicit ColumnsReader(int64_t length) : length_(length) {}

  // The columns `from` of `table` are put into `to`, those of all runs asked
  // for.
  absl::Status ReadTable(size_t table, const std::vector<size_t>& from,
                         absl::Span<RunColumnValues* const> to, int64_t first,
                         int64_t count);
  // The same if the rows are where those of the first runs are in most tables:
  // returns false if they are not.
  absl::StatusOr<bool> ReadInPlace(size_t table,
                                   const std::vector<size_t>& from,
                                   absl::Span<RunColumnValues* const> to,
                                   int64_t first, int64_t count);
  absl::Status MakeIndex(size_t table);
  absl::StatusOr<std::shared_ptr<const RowLayout>> Part(
      size_t table, const std::vector<size_t>& columns) const;

  const int64_t length_;
  std::vector<ColumnTable> column_tables_;
  std::vector<Index> indexes_;
  std::vector<RunColumn> columns_;
  std::vector<size_t> firsts_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_READER_H_
