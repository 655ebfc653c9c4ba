#ifndef CPPET_TRAJECTORY_RUN_H_
#define CPPET_TRAJECTORY_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/key.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {

struct KnownLeaf;

// The values of the explored parameters for `index`, and what a run may do:
// read parameters, add results and derived parameters. A run function gets one.
class Run {
 public:
  // `trajectory` must outlive it, and have a run `index`.
  Run(const Trajectory& trajectory, int64_t index);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  int64_t index() const { return view_.index(); }
  // "run_00000042"
  const std::string& name() const { return name_; }
  const Trajectory& trajectory() const { return trajectory_; }

  // The value of a parameter in this run.
  template <typename T>
  T operator[](const Key<T>& key) const {
    return view_[key];
  }
  // The same by natural naming, where $ is this run; also finds what this run
  // added. Errors as RunView.
  absl::StatusOr<Value> operator[](absl::string_view name) const;
  template <typename T>
  absl::StatusOr<T> Get(absl::string_view name) const {
    return RunView::As<T>(name, (*this)[name]);
  }

  // The seed for this run's random numbers, see run_seed.h; the same whenever
  // the run is repeated. The first call adds it as the derived parameter
  // `seed`, so that it is stored with what was made of it.
  //
  //   std::mt19937_64 random(run.Seed());
  uint64_t Seed();

  // Add a result or a derived parameter of this run, or a group of them. z
  // becomes results.runs.run_00000042.z; see FullName in names.h for other
  // places. A group that this run added already gets the comment.
  //
  // Errors, also kept in status(), so that a run that ignores them fails:
  //   kInvalidArgument: a name breaks the rules or is in another branch, an
  //     item comes twice or `value` is not admissible.
  //   kAlreadyExists: this run added something of that name already, or a leaf
  //     or link where a group is needed.
  absl::Status AddResult(absl::string_view name, Value value,
                         absl::string_view comment = "");
  absl::Status AddResult(absl::string_view name, Items items,
                         absl::string_view comment = "");
  absl::Status AddDerivedParameter(absl::string_view name, Value value,
                                   absl::string_view comment = "");
  absl::Status AddResultGroup(absl::string_view name,
                              absl::string_view comment = "");
  absl::Status AddDerivedParameterGroup(absl::string_view name,
                                        absl::string_view comment = "");

  // Add anywhere but to parameters and config, by the whole name, in which
  // only $ is replaced: a group, a value (Trajectory::AddValue), and a link to
  // a node of the trajectory or of this run. Errors as above, and
  //   kInvalidArgument: it is in parameters or config.
  //   kNotFound, kFailedPrecondition: of the target, as Tree::Find.
  absl::Status AddGroup(absl::string_view full_name,
                        absl::string_view comment = "");
  absl::Status AddValue(absl::string_view full_name, Value value,
                        absl::string_view comment = "");
  absl::Status AddLink(absl::string_view full_name, absl::string_view target);

  // Gives what this run added, by natural naming, a named remark. Errors, also
  // kept in status(): those of Tree::Find, and
  //   kInvalidArgument: the remark cannot be stored.
  absl::Status Annotate(absl::string_view name, absl::string_view annotation,
                        Value value);

  // The first error of all calls.
  const absl::Status& status() const { return status_; }

  // All that was added, to be called when nothing more is. Leaves are in the
  // order in which they were added; groups are those with a comment, with
  // remarks, or empty: the others are known by what they hold.
  std::vector<LeafRecord> TakeLeaves();
  std::vector<GroupRecord> TakeGroups() const;
  std::vector<LinkRecord> TakeLinks() const;

 private:
  absl::Status Keep(absl::Status status);
  // Keeps the error, or notes the leaf that was added.
  template <typename T>
  absl::Status KeepLeaf(const absl::StatusOr<T*>& leaf);
  // The next of `known_` if it is `name` in `place`, with that comment; else
  // null.
  const KnownLeaf* NextKnown(const char* place, absl::string_view name,
                             absl::string_view comment) const;
  // Adds it without items, which are returned.
  Items& AddKnown(const KnownLeaf& known);
  // All that this run added, from now on.
  Tree& added() const;
  absl::Status AddGroupBelow(absl::string_view branch, absl::string_view name,
                             absl::string_view comment);
  FindOptions Options() const;

  const Trajectory& trajectory_;
  const RunView view_;
  const std::string name_;
  // What the run before added, in order. As long as this one does the same,
  // but for the values, and nobody looks for what it added, that is in
  // `known_leaves_`, and in no tree.
  const std::shared_ptr<const std::vector<KnownLeaf>> known_;
  mutable std::vector<LeafRecord> known_leaves_;
  mutable bool has_tree_ = false;
  // What this run added, below a root of its own, and its leaves in order.
  mutable Tree added_;
  mutable std::vector<const Leaf*> leaves_;
  bool seed_added_ = false;
  absl::Status status_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_H_
