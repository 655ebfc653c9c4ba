#ifndef CPPET_TOOLS_LIB_COLUMN_SOURCE_H_
#define CPPET_TOOLS_LIB_COLUMN_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Results of runs that are not in the tree of a trajectory, and who reads them.
struct ColumnSource {
  std::vector<RunColumn> columns;
  // As StorageService::ReadRunColumns.
  std::function<absl::StatusOr<std::vector<RunColumnValues>>(
      absl::Span<const size_t> columns, int64_t first, int64_t count)>
      read;
};

// The values of a source, run by run: many runs are read at a time, of the
// columns that were asked for until then. Best asked for from the first run on.
class ColumnCells {
 public:
  // `source` must outlive it. There are `runs` runs.
  ColumnCells(const ColumnSource& source, int64_t runs)
      : source_(source), runs_(runs), slices_(source.columns.size()) {}

  // Nothing if the run has no such value, or if it cannot be read.
  std::optional<Value> At(int64_t run, size_t column);

  // Reads all columns from now on, as all will be asked for.
  void WantAll();

  // The first error of reading.
  const absl::Status& status() const { return status_; }

 private:
  struct Slice {
    bool wanted = false;
    int64_t first = 0;
    int64_t count = 0;
    RunColumnValues values;

    bool Has(int64_t run) const { return run >= first && run < first + count; }
  };

  // Reads runs from `first` on.
  void Read(int64_t first);

  const ColumnSource& source_;
  const int64_t runs_;
  std::vector<Slice> slices_;
  absl::Status status_;
};

// Adds the results of run `run` to `trajectory`, as they would be in its tree.
//
// Errors: of reading them, and of Tree::Add.
absl::Status AddRunResults(const ColumnSource& source, int64_t run,
                           Trajectory* trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_COLUMN_SOURCE_H_
