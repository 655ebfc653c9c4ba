#ifndef CPPET_STORAGE_HDF5_COLUMNS_COLUMN_SET_H_
#define CPPET_STORAGE_HDF5_COLUMNS_COLUMN_SET_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/run_record.h"

namespace cppet::hdf5 {

// The results that runs of one kind have in a table: which there are, of which
// types, and with which comments.
class ColumnSet {
 public:
  explicit ColumnSet(std::vector<RunColumn> columns);

  // Those results of `record` that can be columns: scalars of fixed size in
  // results of the run's own, of the class Result and without annotations.
  // Empty if there is none; of a failed run, which may be tried again; and of
  // one with links, which may lead to any of its results.
  static ColumnSet Of(const RunRecord& record);

  const std::vector<RunColumn>& columns() const { return columns_; }
  // Equal sets have equal keys, in whatever order the results come.
  const std::string& key() const { return key_; }

  // Bytes of a row.
  size_t row_size() const { return row_size_; }

  // For each leaf of a run, whether it is one of the results of a set.
  using Leaves = absl::InlinedVector<bool, 16>;

  // Appends the row of `record` to `rows`, its index and its values, and
  // returns true, if its results that can be columns are those of this set, in
  // the same order; then `leaves` takes which they are.
  bool AppendIfSame(const RunRecord& record, Leaves* leaves,
                    std::vector<char>* rows) const;

  // The same, in longer time, of a record whose results come in any order: the
  // key of Of(record) is that of this set.
  void Append(const RunRecord& record, Leaves* leaves,
              std::vector<char>* rows) const;

  // The columns of the table, with that of the run before them.
  std::vector<ColumnSpec> TableColumns() const;

 private:
  struct LeafColumns {
    std::shared_ptr<const LeafHead> head;
    size_t first = 0;  // in columns_
    size_t count = 0;
  };

  // Puts the values of `items` to `to`, and returns the end of them; null if
  // they are not those that are expected.
  char* PutItems(const Items& items, const LeafColumns& expected,
                 char* to) const;

  std::vector<RunColumn> columns_;
  std::vector<LeafColumns> leaves_;
  std::string key_;
  size_t row_size_ = 0;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_COLUMN_SET_H_
