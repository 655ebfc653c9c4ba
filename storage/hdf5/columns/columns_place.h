#ifndef CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_PLACE_H_
#define CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_PLACE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/run_columns.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The result that has the tables of runs as its items, and to pypet is nothing
// else.
inline constexpr char kColumnsLeaf[] = "results.run_columns";

// The group of that result in the group `trajectory`, a handle that is not ok
// if there is none, or one that the user made for something else.
Handle FindColumnsLeaf(hid_t trajectory);

// Whether `group` is that of kColumnsLeaf.
bool IsColumnsLeaf(hid_t group);

// Makes it.
absl::StatusOr<Handle> CreateColumnsLeaf(hid_t trajectory,
                                         const Filters& filters);

// The table of one kind of runs, and what its columns but that of the run are.
struct ColumnTable {
  Table table;
  std::vector<RunColumn> columns;
};

// Adds a table for `columns` to `leaf`, as an ObjectTable of pypet.
absl::StatusOr<ColumnTable> CreateColumnTable(
    hid_t leaf, const std::string& name, const std::vector<RunColumn>& columns,
    const Rows& rows, const TableOptions& options);

// Errors:
//   kDataLoss: it cannot be read, or is no table of columns.
absl::StatusOr<ColumnTable> OpenColumnTable(hid_t leaf,
                                            const std::string& name);

// All of them, in the order of their names.
absl::StatusOr<std::vector<ColumnTable>> OpenColumnTables(hid_t leaf);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_COLUMNS_PLACE_H_
