#ifndef CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_
#define CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/columns/columns_writer.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tree/group_path.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/storage/hdf5/tree/run_stamps.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet::hdf5 {

// Writes what runs left.
class RunWriter {
 public:
  // `trajectory` is in `file`; all must outlive it. Nobody else may add or
  // remove groups of runs meanwhile.
  RunWriter(File* file, OpenTrajectory* trajectory, RunStamps* stamps)
      : hdf5_file_(*file),
        file_(*trajectory),
        path_(trajectory->group(), trajectory->filters()),
        stamps_(stamps) {
    stamps_->Use({trajectory->item_format(), file->chunk_index_rank()});
  }

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
  // A place that has a group for each run.
  struct Branch {
    const char* full_name;
    // Whether it had none when it was looked at first.
    std::optional<bool> was_empty;
  };
  struct Stamped {
    const RunRecord* record;
    const RunStamp* stamp;
  };

  // A record, and what of it goes into the tree: null if all is in columns.
  struct Split {
    const RunRecord* record = nullptr;
    const RunRecord* tree = nullptr;
    std::unique_ptr<RunRecord> rest;  // if `tree` is a part of `record`
  };

  // Takes what of `records`, which are sorted, goes into columns, and makes
  // their rows of the run table.
  absl::StatusOr<std::vector<Split>> SplitRecords(
      const Trajectory& trajectory,
      const std::vector<const RunRecord*>& records, Rows* rows);
  absl::Status CheckNotInColumns(const std::vector<const RunRecord*>& records);

  // `shared` takes the names outside of the groups of runs.
  absl::Status CheckPlace(absl::string_view full_name,
                          absl::string_view run_name,
                          absl::flat_hash_set<std::string>* shared);
  absl::Status CheckTree(const RunRecord& record,
                         absl::flat_hash_set<std::string>* shared);
  // Writes it, or adds it to `stamped`.
  absl::Status WriteToTree(const RunRecord& record, bool repeated,
                           std::vector<Stamped>* stamped);
  absl::Status CheckIndices(const std::vector<const RunRecord*>& records);
  absl::Status Check(absl::Span<const Split> records);
  absl::StatusOr<bool> HasGroup(int64_t index, Branch* branch);
  // Removes the groups of a run that was not completed. Returns whether there
  // was any.
  absl::StatusOr<bool> RemoveEarlierTry(int64_t index);
  absl::StatusOr<StoredComments> NoteLeaves(const RunRecord& record,
                                            bool repeated);
  absl::Status WriteRecord(const RunRecord& record,
                           const StoredComments& comments);
  absl::Status WriteStamped(absl::Span<const Stamped> runs);
  absl::Status LinkStamped(const Stamped& run, uint64_t address);
  absl::Status RemoveMovedComments();
  absl::Status WriteLeaf(int64_t index, const LeafRecord& leaf,
                         bool with_comment);
  absl::Status WriteGroup(const GroupRecord& group);
  absl::Status WriteLink(const LinkRecord& link);

  File& hdf5_file_;
  OpenTrajectory& file_;
  GroupPath path_;
  RunStamps* const stamps_;
  Branch branches_[2] = {{"results.runs", {}}, {"derived_parameters.runs", {}}};
  std::vector<bool> written_;  // runs, by this writer
  bool looked_for_columns_ = false;
  std::unique_ptr<ColumnsWriter> columns_;  // null in a tree without them
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_RUN_WRITER_H_
