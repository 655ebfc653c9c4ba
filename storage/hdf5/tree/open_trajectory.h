#ifndef CPPET_STORAGE_HDF5_TREE_OPEN_TRAJECTORY_H_
#define CPPET_STORAGE_HDF5_TREE_OPEN_TRAJECTORY_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/columns/columns_writer.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/overview/overview.h"
#include "cppet/storage/hdf5/overview/run_table.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// How trajectories are written, and what they say of their writer.
struct WriterOptions {
  Hdf5Settings settings;
  ItemFormat item_format;
  ResultLayout layout = ResultLayout::kTree;
  // Of leaves, which keep values as items.
  LeafClasses classes;
  std::string version;
  std::string language;
};

// The group of a trajectory in a file that is open for writing, with its tables
// but for the tree itself.
class OpenTrajectory {
 public:
  // Makes the group of `trajectory` in the group `root`, with all tables.
  static absl::StatusOr<std::unique_ptr<OpenTrajectory>> Create(
      hid_t root, const Trajectory& trajectory, const WriterOptions& options);

  // Opens the group of the trajectory `name`, which is there.
  //
  // Errors:
  //   kNotFound, kDataLoss: it does not have a run table that can be read.
  static absl::StatusOr<std::unique_ptr<OpenTrajectory>> Open(
      hid_t root, const std::string& name, const WriterOptions& options);

  // Adds the runs and explored parameters of `trajectory` that are not there.
  //
  // Errors:
  //   kFailedPrecondition: there are more runs than in `trajectory`.
  absl::Status Update(const Trajectory& trajectory);

  hid_t group() const { return group_.get(); }
  // The absolute path of the node `full_name`.
  std::string PathTo(absl::string_view full_name) const;
  const Filters& filters() const { return item_format_.filters; }
  const ItemFormat& item_format() const { return item_format_; }
  const LeafClasses& classes() const { return classes_; }
  Overview& overview() { return overview_; }
  RunTable& runs() { return *runs_; }
  // What writes scalar results as columns; null if they go into the tree. A
  // trajectory that has columns goes on with them.
  absl::StatusOr<std::unique_ptr<ColumnsWriter>> OpenColumns() const;
  // Likewise, but they are made if there are none.
  absl::StatusOr<std::unique_ptr<ColumnsWriter>> OpenOrMakeColumns() const;
  // Writes what `columns`, which were opened by this, took.
  absl::Status FlushColumns(ColumnsWriter* columns);

 private:
  OpenTrajectory(Handle group, Handle overview_group,
                 const WriterOptions& options);

  absl::Status WriteExplorations(const Trajectory& trajectory);

  Handle group_;
  Handle overview_group_;
  ItemFormat item_format_;
  const ResultLayout layout_;
  LeafClasses classes_;
  Overview overview_;
  std::unique_ptr<RunTable> runs_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_OPEN_TRAJECTORY_H_
