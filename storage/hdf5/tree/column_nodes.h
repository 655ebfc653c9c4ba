#ifndef CPPET_STORAGE_HDF5_TREE_COLUMN_NODES_H_
#define CPPET_STORAGE_HDF5_TREE_COLUMN_NODES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/tree/node_reader.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Reads results of runs that are columns as the nodes that they would be in the
// tree, with the groups above them: what is called `name` and, as far as the
// options say, what is below it; all if it is empty. Returns how many results
// that were.
//
// Errors: of Problems.
absl::StatusOr<int64_t> ReadColumnNodes(hid_t trajectory,
                                        absl::string_view name,
                                        const NodeReaderOptions& options,
                                        Problems* problems);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_COLUMN_NODES_H_
