#ifndef CPPET_STORAGE_HDF5_TREE_ITEM_LOADER_H_
#define CPPET_STORAGE_HDF5_TREE_ITEM_LOADER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Load nodes of the trajectory whose group in a file is `group` into
// `trajectory`, with values of `classes`. Errors as StorageService::LoadItems.
absl::Status LoadStoredItems(hid_t group, absl::Span<const std::string> names,
                             const LoadItemsOptions& options,
                             const LeafClasses& classes,
                             Trajectory* trajectory);
absl::Status LoadStoredSkeleton(hid_t group, Trajectory* trajectory);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_ITEM_LOADER_H_
