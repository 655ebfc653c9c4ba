#ifndef CPPET_STORAGE_HDF5_VALUES_OBJECT_TABLE_H_
#define CPPET_STORAGE_HDF5_VALUES_OBJECT_TABLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/composite.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Columns that PyTables has in one table. What has more becomes a group of
// tables.
inline constexpr int kMaxTableColumns = 512;

// Checks that a file can hold `table`, or `dict`.
//
// Errors:
//   kInvalidArgument: it has no columns, or cells without elements.
absl::Status CheckObjectTableFits(const ObjectTable& table);
absl::Status CheckDictFits(const Dict& dict);

// Write `table`, or `dict`, as the data item `name` of the leaf `group`. It
// fits.
absl::Status WriteObjectTable(hid_t group, const std::string& name,
                              const ObjectTable& table, const Filters& filters);
absl::Status WriteDict(hid_t group, const std::string& name, const Dict& dict,
                       const Filters& filters);

// Read what these wrote, or pypet.
//
// Errors:
//   kUnimplemented: a column has a type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<ObjectTable> ReadObjectTable(Handle item);
absl::StatusOr<Dict> ReadDict(Handle item);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_OBJECT_TABLE_H_
