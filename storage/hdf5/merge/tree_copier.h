#ifndef CPPET_STORAGE_HDF5_MERGE_TREE_COPIER_H_
#define CPPET_STORAGE_HDF5_MERGE_TREE_COPIER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/tree/direct_results.h"
#include "cppet/storage/hdf5/tree/group_path.h"
#include "cppet/storage/hdf5/tree/open_trajectory.h"
#include "cppet/trajectory/merge_plan.h"
#include "cppet/trajectory/trajectory.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Copies what a trajectory has besides its parameters into another one, as it
// is in the file, whether we can read it or not.
class TreeCopier {
 public:
  // `plan` is that of merging `other` into `into`, which is open in `file`. All
  // must outlive it.
  TreeCopier(const MergePlan& plan, const MergeOptions& options,
             const Trajectory& into, const Trajectory& other,
             OpenTrajectory* file);

  // Copies from the group of `other`, in this or another file: results, derived
  // parameters and what is in branches of the user's own, of the runs that are
  // taken and outside of runs; and config.git, config.environment and
  // config.merge. What is there already stays as it is.
  //
  // Derived parameters of run_ALL become those of the first new run, with links
  // to them in the others. A comment of which the only copy would be lost is
  // given to another leaf that it stands for.
  absl::Status Copy(hid_t other);

  // Leaves that were copied.
  int64_t copied() const { return copied_; }
  // What was left out though it was to be copied, one line each.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  enum class Mode {
    kAll,
    kQuiet,      // what is there already is nothing to tell
    kLinksOnly,  // of leaves and groups, nothing is copied
  };

  bool Ignores(const std::string& full_name) const {
    return ignored_.contains(full_name);
  }
  Mode ModeOf(const std::string& branch) const;
  bool IsMerged(const std::string& full_name) const;
  void Warn(std::string warning) { warnings_.push_back(std::move(warning)); }

  // Notes the comments of leaves that are left out.
  absl::Status CollectComments(hid_t group, const std::string& full_name,
                               bool dropped, int depth);
  absl::Status CopyChildren(hid_t group, const std::string& full_name,
                            Mode mode, int depth);
  absl::Status CopyNode(hid_t parent, const Link& link,
                        const std::string& full_name, Mode mode, int depth);
  // Copies all of a run's results in one go: making its group by calls was a
  // fifth of the time of a merge. Returns false, and copies nothing, if there
  // is more to it than plain results.
  absl::StatusOr<bool> CopyRun(hid_t parent, const Link& link,
                               const std::string& full_name,
                               const std::string& new_name);
  absl::Status CopyGroup(hid_t group, const std::string& full_name);
  absl::Status CopyLeaf(hid_t parent, hid_t leaf, const std::string& name,
                        const std::string& new_name, Mode mode);
  // Copies the results of runs that `other` has as columns.
  absl::Status CopyColumns(hid_t other);
  absl::Status CopyForAllRuns(hid_t other, const std::string& full_name);
  absl::Status CopyLink(const std::string& root, const std::string& full_name,
                        const std::string& path);
  // Notes a leaf that was copied in the overview tables; `open` opens it.
  absl::Status NoteLeaf(const std::function<absl::StatusOr<Handle>()>& open,
                        const std::string& full_name,
                        const std::string& comment);
  // False, with a warning, if the place is taken.
  absl::StatusOr<bool> Enter(const std::string& full_name, Mode mode,
                             GroupPath::Place* parent);

  const MergePlan& plan_;
  const MergeOptions& options_;
  const Trajectory& into_;
  const Trajectory& other_;
  OpenTrajectory& file_;
  GroupPath path_;
  const absl::flat_hash_set<std::string> ignored_;
  std::vector<std::string> new_runs_;
  // By their full names without the numbers of runs.
  absl::flat_hash_map<std::string, std::string> lost_comments_;
  // Full names of parameters of run_ALL, and of what became of them.
  std::vector<std::string> for_all_runs_;
  absl::flat_hash_map<std::string, std::string> moved_;
  // Links by their full names, and the paths that they lead to.
  std::vector<std::pair<std::string, std::string>> links_;
  SeenObjects seen_;
  std::unique_ptr<DirectResults> direct_;  // null if it cannot be
  int64_t copied_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_MERGE_TREE_COPIER_H_
