#ifndef CPPET_STORAGE_HDF5_MERGE_MERGE_NOTES_H_
#define CPPET_STORAGE_HDF5_MERGE_MERGE_NOTES_H_

#include <string>

#include "absl/status/status.h"
#include "cppet/trajectory/merge_plan.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// Adds to `notes` what config tells of the merge `plan` of `other` into `into`,
// which is as before the merge, at the Unix time `now`: a group of its own in
// config.merge, whose name is none of the groups there in `into`.
//
// Errors: of Trajectory::AddConfig.
absl::Status AddMergeNotes(const Trajectory& into, const Trajectory& other,
                           const MergePlan& plan, const MergeOptions& options,
                           double now, Trajectory* notes);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_MERGE_MERGE_NOTES_H_
