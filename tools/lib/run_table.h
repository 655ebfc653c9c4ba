#ifndef CPPET_TOOLS_LIB_RUN_TABLE_H_
#define CPPET_TOOLS_LIB_RUN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/tools/lib/column_source.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_states.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// What became of a run: "completed", "failed" or "not run".
absl::string_view RunStatus(const RunStates::Times& times);

struct RunTableOptions {
  // Whether process.stdout and process.stderr are columns, too.
  bool with_output = false;
  // Results that are not in the tree; must outlive the table. May be null.
  const ColumnSource* columns = nullptr;
};

// The runs of a loaded trajectory as a table with one row for each: idx,
// status, runtime (in seconds), the explored parameters, and the results that
// are scalars in some run.
//
// A column is called as its parameter below `parameters` or its result below
// the run's group; by its whole name if two would be called the same.
class RunTable {
 public:
  // `trajectory` must outlive it.
  explicit RunTable(const Trajectory& trajectory,
                    const RunTableOptions& options = {});

  const std::vector<std::string>& columns() const { return names_; }
  // The first column that is a result: all others come before.
  size_t first_result() const { return first_result_; }
  int64_t rows() const { return trajectory_.length(); }
  // Nothing if the run has no such value.
  std::optional<Value> Cell(int64_t run, size_t column) const;
  // The row as text with tabs between; a text is put on one line and cut.
  std::string RowText(int64_t run) const;
  // The first error of reading columns, from which on there are cells missing.
  absl::Status status() const {
    return cells_.has_value() ? cells_->status() : absl::OkStatus();
  }

 private:
  struct Column {
    std::optional<Value> (RunTable::*get)(const Column&, int64_t run) const;
    const Parameter* parameter = nullptr;
    std::string result;  // below the run's group: "process.exit_code"
    std::string item;
    std::vector<size_t> sources;  // places in the column source
  };

  void Add(std::string name, std::string whole_name, Column column);
  void AddResults(const RunTableOptions& options);
  void AddColumns(const RunTableOptions& options);

  std::optional<Value> GetIndex(const Column&, int64_t run) const;
  std::optional<Value> GetStatus(const Column&, int64_t run) const;
  std::optional<Value> GetRuntime(const Column&, int64_t run) const;
  std::optional<Value> GetParameter(const Column& column, int64_t run) const;
  std::optional<Value> GetResult(const Column& column, int64_t run) const;

  const Trajectory& trajectory_;
  const Group* runs_ = nullptr;  // results.runs, if it is there
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  size_t first_result_ = 0;
  mutable std::optional<ColumnCells> cells_;
};

// The result called `name` ("process.stdout") of run `run` of a trajectory;
// null if it has none.
const Result* FindRunResult(const Trajectory& trajectory, int64_t run,
                            absl::string_view name);

// The names of all results that runs have, below the groups of the runs.
std::vector<std::string> RunResultNames(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_RUN_TABLE_H_
