#ifndef CPPET_STORAGE_HDF5_TREE_STORED_PLACE_H_
#define CPPET_STORAGE_HDF5_TREE_STORED_PLACE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Where a file has a node of a trajectory: a link in the group of its parent.
struct StoredPlace {
  Handle parent;
  Link link;
};

// The place of the node or link `full_name` of the trajectory whose group is
// `trajectory`. No links are followed on the way.
//
// Errors:
//   kNotFound: there is none, or it is one of the trajectory's own tables.
absl::StatusOr<StoredPlace> FindStored(hid_t trajectory,
                                       absl::string_view full_name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_STORED_PLACE_H_
