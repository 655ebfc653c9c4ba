#ifndef CPPET_STORAGE_HDF5_TREE_DELETER_H_
#define CPPET_STORAGE_HDF5_TREE_DELETER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// Removes nodes, or data items of results, from `file`, where `trajectory` is.
// Errors as StorageService::DeleteItems.
absl::Status DeleteStored(const Trajectory& trajectory,
                          absl::Span<const std::string> names,
                          const DeleteOptions& options, OpenTrajectory* file);

// Takes over in memory that they were removed.
void NoteDeleted(absl::Span<const std::string> names,
                 const DeleteOptions& options, Trajectory* trajectory);

// Errors as StorageService::DeleteLinks.
absl::Status DeleteStoredLinks(absl::Span<const std::string> names,
                               OpenTrajectory* file);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_DELETER_H_
