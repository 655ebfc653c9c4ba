#ifndef CPPET_STORAGE_HDF5_COLUMNS_COLUMN_NAME_H_
#define CPPET_STORAGE_HDF5_COLUMNS_COLUMN_NAME_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// The column with the index of the run.
inline constexpr char kRunColumn[] = "run";

// The name of the column for the item `item` of the result `result`, which is
// below the group of a run: "z" for the item z of z, "process__exit_code" for
// the item exit_code of process.exit_code, "point___x" for the item x of point.
// Empty if the name would not lead back to both.
std::string SpellColumn(absl::string_view result, absl::string_view item);

// The result and the item of a column.
std::pair<std::string, std::string> ReadColumnName(absl::string_view column);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_COLUMN_NAME_H_
