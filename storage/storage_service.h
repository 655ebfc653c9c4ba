#ifndef CPPET_STORAGE_STORAGE_SERVICE_H_
#define CPPET_STORAGE_STORAGE_SERVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/options.h"
#include "cppet/storage/run_columns.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Keeps trajectories. All that a call stored stays stored when it returned OK;
// a call that fails leaves what was stored before as it was.
//
// Names of nodes are whole full names ("results.runs.run_00000007.z"), without
// aliases. Calls that take several are done for all of them or, on an error,
// for none.
//
// A service belongs to one process at a time: Close() it before fork, then
// parent and child may both go on, but never both at once.
class StorageService {
 public:
  virtual ~StorageService() = default;

  // Stores what of `trajectory` is not stored yet: name, settings, ranges, the
  // run table (all runs as not run), config, parameters and all other nodes.
  // What is stored already stays as it is, unless `options` say otherwise.
  //
  // Errors:
  //   kAlreadyExists: `trajectory` is new (not stored()) and there is one of
  //     its name.
  //   kAlreadyExists: there is a leaf in the place of a group, or the reverse.
  //   kInvalidArgument: a value cannot be stored; named.
  //   kFailedPrecondition: more runs are stored than `trajectory` has.
  //   kFailedPrecondition: a leaf that is not there comes from elsewhere and is
  //     not wholly in memory, so that it would be stored in part; named.
  //     CopyTrajectory takes along what cannot be loaded.
  //   kFailedPrecondition: a parameter is to be overwritten that is explored
  //     there, and not in memory; named.
  //   others: of trajectory.status(), and of the medium, with its name.
  virtual absl::Status Store(Trajectory& trajectory,
                             const StoreOptions& options = {}) = 0;

  // Stores what runs left, in one commit: their leaves, and their rows of the
  // run table. What an earlier, not completed try of a run left in its run
  // groups (results.runs.run_X, derived_parameters.runs.run_X) is replaced.
  // `trajectory` was stored by Store, by this or another process.
  //
  // Errors, at each of which nothing of `records` is stored, but for those of
  // the medium:
  //   kNotFound: `trajectory` is not stored.
  //   kOutOfRange: there is no run of that index.
  //   kAlreadyExists: a run is completed already, or it added a leaf or a link
  //     outside of its groups, without its name, that is there already.
  //   kInvalidArgument: a run comes twice, or a leaf cannot be stored; named.
  virtual absl::Status StoreRuns(const Trajectory& trajectory,
                                 absl::Span<const RunRecord> records) = 0;

  // The names of the trajectories, in alphabetical order.
  virtual absl::StatusOr<std::vector<std::string>> List() = 0;

  // The name at that place in List(); counted from the end if negative: -1 is
  // the last one. Errors of NameAt (name_at.h).
  virtual absl::StatusOr<std::string> NameAt(int64_t index);

  // Loads the trajectory `name`.
  //
  // Errors:
  //   kNotFound: there is none of that name; says which there are.
  //   kInvalidArgument: derived parameters, results or others are to be loaded
  //     with data `as_new`, or a name is none.
  //   kDataLoss: what is there is damaged; says where.
  virtual absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions& options = {}) = 0;

  // What follows is kUnimplemented in a service that does not offer it. Each
  // call has this error, too:
  //   kNotFound: `trajectory` is not stored here.

  // Stores these nodes of `trajectory`, and the groups above them. A link is
  // stored as one, if its target is or is stored with it.
  //
  // Errors: those of Store, and
  //   kNotFound: a name is that of no node or link of `trajectory`.
  //   kFailedPrecondition: `trajectory` has other runs than are stored, since
  //     it was expanded; Store it.
  virtual absl::Status StoreItems(Trajectory& trajectory,
                                  absl::Span<const std::string> names,
                                  const StoreItemsOptions& options = {});

  // Loads nodes of a stored trajectory into `trajectory`, whether it has them
  // or not: data that is not in memory, or that is to be replaced. The groups
  // above them come along. A link is loaded as one if its target is there.
  //
  // Errors, at each of which `trajectory` stays as it was:
  //   kNotFound: there is nothing of a name, or no item that is in `only`.
  //   kInvalidArgument: both `only` and `except` are given.
  //   kFailedPrecondition: a parameter is locked and has a value, and `only` or
  //     `except` ask for a part of it. Otherwise it silently keeps its value.
  //   kFailedPrecondition: a parameter was explored otherwise meanwhile.
  //   kAlreadyExists: what is a group here is a leaf there, or the reverse.
  //   kDataLoss: what is there is damaged; says where.
  virtual absl::Status LoadItems(Trajectory& trajectory,
                                 absl::Span<const std::string> names,
                                 const LoadItemsOptions& options = {});

  // Loads all nodes and links that `trajectory` does not have, without their
  // data. Errors as LoadItems.
  virtual absl::Status LoadSkeleton(Trajectory& trajectory);

  // Removes nodes with all their data from what is stored, and their rows from
  // overview tables. Links of `trajectory` to them go with them; those that it
  // has not loaded lead nowhere from then on.
  //
  // A comment that several leaves share is stored with the first of them. If
  // that one goes, the comment moves to the next of them in `trajectory`; if
  // there is none in memory with that comment, it is gone.
  //
  // In memory the nodes stay, unless they are to be removed as well or have no
  // data there.
  //
  // Errors:
  //   kNotFound: there is nothing stored of a name, or no item of that name.
  //   kFailedPrecondition: a group is not empty, and not `recursive`; named.
  //   kFailedPrecondition: a parameter is explored, so that nobody could know
  //     what the runs were; named. A branch is like any other group.
  //   kInvalidArgument: a name is empty, that of a link (see DeleteLinks), or
  //     one of no result although `items` are given.
  virtual absl::Status DeleteItems(Trajectory& trajectory,
                                   absl::Span<const std::string> names,
                                   const DeleteOptions& options = {});

  // Removes links, stored and in memory. What they lead to stays.
  //
  // Errors:
  //   kNotFound: there is no link of a name.
  virtual absl::Status DeleteLinks(Trajectory& trajectory,
                                   absl::Span<const std::string> names);

  // Removes a whole trajectory.
  //
  // Errors:
  //   kNotFound: there is none of that name; says which there are.
  virtual absl::Status DeleteTrajectory(absl::string_view name);

  // Copies the trajectory `name` as it is stored, with what cannot be loaded,
  // to another name or file, or both. Links in the copy lead to the copy.
  //
  // Errors:
  //   kNotFound: there is none of that name; says which there are.
  //   kAlreadyExists: there is one of the new name.
  //   kInvalidArgument: the new name is none, or the present one in the same
  //     file.
  virtual absl::Status CopyTrajectory(absl::string_view name,
                                      const CopyOptions& options);

  // Copies the trajectory `name` to a file of its own: `filename`, or if empty
  // backup_NAME.hdf5 beside the present one. Returns the name of that file.
  // Errors as CopyTrajectory.
  virtual absl::StatusOr<std::string> Backup(absl::string_view name,
                                             const std::string& filename = "");

  // CopyTrajectory, and then `name` is no more.
  absl::Status Migrate(absl::string_view name, const CopyOptions& options);

  // The columns in which the trajectory `name` keeps scalar results of its runs
  // (ResultLayout::kColumns); none if it keeps them all in the tree.
  //
  // Errors, also of ReadRunColumns:
  //   kNotFound: there is none of that name; says which there are.
  //   kDataLoss: what is there is damaged; says where.
  virtual absl::StatusOr<std::vector<RunColumn>> ListRunColumns(
      absl::string_view name);

  // The values of some of them, by their places in that list, for `count` runs
  // from `first` on.
  //
  // Errors:
  //   kOutOfRange: there are no such columns, or runs.
  virtual absl::StatusOr<std::vector<RunColumnValues>> ReadRunColumns(
      absl::string_view name, absl::Span<const size_t> columns, int64_t first,
      int64_t count);

  // Lets go of the medium, so that another process may use it. The next call
  // takes hold of it again.
  virtual absl::Status Close() = 0;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_STORAGE_SERVICE_H_
