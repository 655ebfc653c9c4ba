#ifndef CPPET_TRAJECTORY_TRAJECTORY_H_
#define CPPET_TRAJECTORY_TRAJECTORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_prefix.h"
#include "cppet/trajectory/key.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// The type in which a parameter that is given as a T is kept: std::string for
// all that is text.
template <typename T>
using KeptAs = std::conditional_t<std::is_convertible_v<T, absl::string_view>,
                                  std::string, std::decay_t<T>>;

// Everything of one experiment: its parameters, the points to explore, and
// what was found there, in one tree with the branches config, parameters,
// derived_parameters and results.
//
//   Trajectory traj("traffic", "How dense is too dense?");
//   const auto cars = traj.AddParameter("road.cars", 10, "Cars on the road");
//   traj.Explore(CartesianProduct(cars.In(Arange(int64_t{10}, 100, 10))));
//
// Building never stops for an error: the first one is kept in status(), and
// whoever explores, stores or runs the trajectory refuses with it.
class Trajectory {
 public:
  // Errors: an invalid name is kept in status().
  explicit Trajectory(std::string name, std::string comment = "");
  Trajectory(const Trajectory&) = delete;
  Trajectory& operator=(const Trajectory&) = delete;

  const std::string& name() const { return name_; }
  const std::string& comment() const { return comment_; }
  void set_comment(std::string comment) { comment_ = std::move(comment); }
  // When it was made: Unix time, and as local time "2026_11_24_22h10m22s".
  double timestamp() const { return timestamp_; }
  std::string time() const;
  void set_timestamp(double timestamp) { timestamp_ = timestamp; }

  // The first error of all the calls that built it.
  const absl::Status& status() const { return status_; }

  // Add a parameter, a derived parameter or a config entry. `name` may have
  // dots, groups are made as needed, and the branch is put before it.
  //
  // Errors, kept in status(), then the key is of no use:
  //   kInvalidArgument: a name breaks the rules, or `value` is not admissible
  //     (text that is no UTF-8, an empty list).
  //   kAlreadyExists: there is something of that name already.
  template <typename T>
  Key<KeptAs<T>> AddParameter(absl::string_view name, const T& value,
                              absl::string_view comment = "") {
    return AddTyped<KeptAs<T>>("parameters", name, Value(value), comment);
  }
  template <typename T>
  Key<KeptAs<T>> AddDerivedParameter(absl::string_view name, const T& value,
                                     absl::string_view comment = "") {
    return AddTyped<KeptAs<T>>("derived_parameters", name, Value(value),
                               comment);
  }
  template <typename T>
  Key<KeptAs<T>> AddConfig(absl::string_view name, const T& value,
                           absl::string_view comment = "") {
    return AddTyped<KeptAs<T>>("config", name, Value(value), comment);
  }
  // The same for values whose type is known only at run time, with the whole
  // name ("parameters.traffic.ncars").
  absl::Status AddValue(absl::string_view full_name, Value value,
                        absl::string_view comment = "");
  // Adds a result with one item of its own name, or several.
  absl::Status AddResult(absl::string_view name, Value value,
                         absl::string_view comment = "");
  absl::Status AddResult(absl::string_view name, Items items,
                         absl::string_view comment = "");
  // Adds a group by its whole name ("parameters.traffic"), or sets the comment
  // of one that is there.
  absl::Status AddGroup(absl::string_view full_name,
                        absl::string_view comment = "");

  // Explores `space`: there will be one run for each of its points.
  //
  // Errors, also kept in status(), and then nothing is explored:
  //   kInvalidArgument: `space` is in error, is empty, or has values of
  //     another type than the parameter.
  //   kNotFound: an axis names no parameter.
  //   kFailedPrecondition: it is explored already.
  absl::Status Explore(const Space& space);
  // The explored parameters, in the order of exploration.
  const std::vector<Parameter*>& explored() const { return explored_; }

  // Number of runs; 1 if nothing is explored.
  int64_t length() const { return length_; }
  // The row of the run table for run `index`.
  RunInfo run_info(int64_t index) const;
  bool completed(int64_t index) const;
  // "x: 1.0,   y: 6.0": the values of the explored parameters in run `index`.
  std::string ParameterSummary(int64_t index) const;

  // The value of a parameter, or of the only item of a result, by natural
  // naming (tree.h). Locks the parameter.
  //
  // Errors: those of Tree::Find, and
  //   kInvalidArgument: it is a group, a result with several items, or of
  //     another type.
  //   kFailedPrecondition: its data is empty or not loaded.
  template <typename T>
  absl::StatusOr<T> Get(absl::string_view name) const {
    absl::StatusOr<Value> value = GetValue(name, kNoRunIndex);
    if (!value.ok()) return value.status();
    return NamedAs<T>(name, *value);
  }
  absl::StatusOr<Value> operator[](absl::string_view name) const {
    return GetValue(name, kNoRunIndex);
  }
  template <typename T>
  T operator[](const Key<T>& key) const {
    return ValueOfKey(key, kNoRunIndex);
  }

  // Changes the default value of a parameter. Errors of Tree::Find and
  // Parameter::Set.
  absl::Status Set(absl::string_view name, Value value);

  const Tree& tree() const { return tree_; }
  Tree& tree() { return tree_; }
  const Group& root() const { return tree_.root(); }
  // Locks all parameters and derived parameters, so that no run changes what
  // another one reads.
  void LockParameters();

  // For storage services and environments.

  // True once it is (partly) in a file.
  bool stored() const { return stored_; }
  void set_stored(bool stored) { stored_ = stored; }
  // The version of the program that wrote it, and of its language, as read
  // from a file; empty if it was not.
  const std::string& version() const { return version_; }
  const std::string& language() const { return language_; }
  void set_version(std::string version, std::string language) {
    version_ = std::move(version);
    language_ = std::move(language);
  }
  // Restores what is known of all runs from a file. Its size is the length.
  void set_run_infos(std::vector<RunInfo> infos);
  // Restores which parameters are explored, by full name; those that are not
  // loaded stay names only.
  void set_explored_names(std::vector<std::string> names);
  // Full names of the explored parameters, loaded or not.
  std::vector<std::string> explored_names() const;
  // Takes over what became of a run: its row of the run table, not its data.
  void NoteRun(const RunRecord& record);
  // The value of `name` in run `index`, or the default (-1).
  absl::StatusOr<Value> GetValue(absl::string_view name, int64_t index) const;

 private:
  friend class Run;
  static constexpr int64_t kNoRunIndex = -1;

  template <typename T>
  static absl::StatusOr<T> NamedAs(absl::string_view name, const Value& value) {
    absl::StatusOr<T> out = value.As<T>();
    if (!out.ok()) return WithPrefix(name, out.status());
    return out;
  }

  template <typename T>
  Key<T> AddTyped(absl::string_view branch, absl::string_view name, Value value,
                  absl::string_view comment) {
    std::string full_name;
    const Parameter* parameter =
        AddParameterNode(branch, name, std::move(value), comment, &full_name);
    return Key<T>(parameter, std::move(full_name));
  }
  // Null, and an error in status_, if it cannot be added.
  Parameter* AddParameterNode(absl::string_view branch, absl::string_view name,
                              Value value, absl::string_view comment,
                              std::string* full_name);
  template <typename T>
  T ValueOfKey(const Key<T>& key, int64_t index) const {
    if (key.parameter_ == nullptr) return T();
    key.parameter_->Lock();
    if (index == kNoRunIndex || key.parameter_->range() == nullptr) {
      return *key.parameter_->value()->template As<T>();
    }
    return *key.parameter_->ValueAt(index).template As<T>();
  }

  absl::Status Keep(absl::Status status);

  std::string name_;
  std::string comment_;
  double timestamp_;
  absl::Status status_;
  Tree tree_;
  int64_t length_ = 1;
  std::vector<Parameter*> explored_;
  // Names of explored parameters whose data is not loaded.
  std::vector<std::string> unloaded_explored_;
  // Rows of runs that were run or loaded; shorter than length_ before that.
  std::map<int64_t, RunInfo> run_infos_;
  bool stored_ = false;
  std::string version_;
  std::string language_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_TRAJECTORY_H_
