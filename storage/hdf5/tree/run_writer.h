#ifndef CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_
#define CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/tree/group_path.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// Writes what runs left.
class RunWriter {
 public:
  // `file` must outlive it.
  explicit RunWriter(OpenTrajectory* file)
      : file_(*file), path_(file->group(), file->filters()) {}

  // Writes all of `records` and their rows of the run table.
  //
  // Errors, and then nothing is written:
  //   kInvalidArgument: a record cannot be stored.
  //   kAlreadyExists: a run is completed already, or it has a leaf or a link
  //     outside of its own groups that is there already.
  //   kOutOfRange: there is no such run.
  absl::Status Write(const Trajectory& trajectory,
                     absl::Span<const RunRecord> records);

 private:
  // `shared` takes the names outside of the groups of runs.
  absl::Status CheckPlace(absl::string_view full_name,
                          absl::string_view run_name,
                          absl::flat_hash_set<absl::string_view>* shared);
  absl::Status Check(absl::Span<const RunRecord* const> records);
  // Removes the groups of a run that was not completed. Returns whether there
  // was any.
  absl::StatusOr<bool> RemoveEarlierTry(int64_t index);
  absl::Status WriteRecord(const RunRecord& record);
  absl::Status RemoveMovedComments();
  absl::Status WriteLeaf(const LeafRecord& leaf, bool keep_comment);
  absl::Status WriteGroup(const GroupRecord& group);
  absl::Status WriteLink(const LinkRecord& link);

  OpenTrajectory& file_;
  GroupPath path_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_
