#ifndef CPPET_STORAGE_HDF5_OVERVIEW_RUN_TABLE_H_
#define CPPET_STORAGE_HDF5_OVERVIEW_RUN_TABLE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct RunTableOptions {
  // For very many runs: the columns of texts are no wider than they must, and
  // readers may know that what is in the column of the parameters is their
  // Trajectory::ParameterSummary.
  bool compact = false;
  // Not above 1; of a compact table only.
  int complevel = 1;
};

// The table that tells of each run whether and when it was run.
class RunTable {
 public:
  // Makes the table in the group overview, with all runs of `trajectory`.
  static absl::StatusOr<RunTable> Create(hid_t overview,
                                         const Trajectory& trajectory,
                                         const RunTableOptions& options = {});
  // Errors as Table::Open.
  static absl::StatusOr<RunTable> Open(hid_t overview);

  // Number of runs.
  int64_t size() const { return table_.num_rows(); }

  // Appends the runs of `trajectory` that are not there.
  absl::Status Extend(const Trajectory& trajectory);

  // Rows as they are in the table.
  Rows NoRows() const { return Rows(table_.layout()); }
  void AddRow(const RunInfoView& run, Rows* rows) const;
  // Puts `rows` in the place of those of the runs `indices`, which are sorted.
  //
  // Errors:
  //   kOutOfRange: there is no such run.
  absl::Status Write(absl::Span<const int64_t> indices, const Rows& rows);

  absl::StatusOr<bool> Completed(int64_t index) const;
  // Those of `indices`, which are sorted and there, that are completed.
  absl::StatusOr<std::vector<int64_t>> CompletedAmong(
      absl::Span<const int64_t> indices) const;
  // Calls `take` for each row, whose texts live until it returns. Of a compact
  // table, summaries of parameters are empty: they are those of the trajectory.
  //
  // Errors:
  //   kDataLoss: they cannot be read.
  absl::Status ReadEach(absl::FunctionRef<void(const RunInfoView&)> take) const;

 private:
  explicit RunTable(Table table)
      : table_(std::move(table)), columns_(*table_.layout()) {}

  Table table_;
  RunColumns columns_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_OVERVIEW_RUN_TABLE_H_
