#ifndef CPPET_STORAGE_RUN_COLUMNS_H_
#define CPPET_STORAGE_RUN_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Where the results of runs are kept.
enum class ResultLayout {
  // Each run has a group of its own, with a group for each result.
  kTree,
  // Scalar results are columns of tables with a row for each run. All else is
  // as in kTree.
  kColumns,
};

// "tree" or "columns".
absl::string_view ResultLayoutName(ResultLayout layout);

// The layout of that name; nothing if there is none.
std::optional<ResultLayout> ResultLayoutNamed(absl::string_view name);

// A scalar result that runs have in a table.
struct RunColumn {
  // Below the group of the run: "process.exit_code".
  std::string result;
  std::string item;
  DType dtype = DType::kFloat64;
  Flavor flavor = Flavor::kPython;
  // Of the result.
  std::string comment;
};

// The values of one column for some runs, one after the other.
struct RunColumnValues {
  // ItemSize(dtype) bytes for each run; undefined for runs without a value.
  std::string bytes;
  // A byte for each run: 1 if it has a value, else 0.
  std::string present;

  std::optional<Value> At(const RunColumn& column, int64_t run) const {
    if (present[run] == 0) return std::nullopt;
    const size_t size = ItemSize(column.dtype);
    return Value::Scalar(column.dtype, column.flavor,
                         absl::string_view(bytes).substr(run * size, size));
  }
};

}  // namespace cppet

#endif  // CPPET_STORAGE_RUN_COLUMNS_H_
