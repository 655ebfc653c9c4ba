#ifndef CPPET_TRAJECTORY_TRAJECTORY_H_
#define CPPET_TRAJECTORY_TRAJECTORY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/trajectory/exploration.h"
#include "cppet/trajectory/key.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/presets.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/run_states.h"
#include "cppet/trajectory/run_view.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// The type in which a parameter that is given as a T is kept: std::string for
// all that is text.
template <typename T>
using KeptAs = std::conditional_t<std::is_convertible_v<T, absl::string_view>,
                                  std::string, std::decay_t<T>>;

// Values of some parameters, and the runs that have them.
struct UniquePoint {
  std::vector<Value> values;
  std::vector<int64_t> runs;
};

struct GetFromRunsOptions {
  // Whether runs that do not have it themselves get that of run_ALL.
  bool include_default = true;
  // How the name is looked up.
  FindOptions find;
};

// Everything of one experiment: its parameters, the points to explore, and
// what was found there, in one tree with the branches config, parameters,
// derived_parameters and results.
//
//   Trajectory traj("traffic", "How dense is too dense?");
//   const auto cars = traj.AddParameter("road.cars", 10, "Cars on the road");
//   traj.Explore(CartesianProduct(cars.In(Arange(int64_t{10}, 100, 10))));
//
// Building never stops for an error: the first one of what adds, presets,
// explores and expands is kept in status(), and whoever explores, stores or
// runs the trajectory refuses with it.
//
// While a run is at work, its function reads the trajectory and changes nothing
// of it: what it would add may be in another process, and is added to its Run.
// All that adds, presets, explores, expands, sets, removes, renames and unlocks
// is kFailedPrecondition then, and the run has failed.
class Trajectory {
 public:
  // Errors: an invalid name is kept in status().
  explicit Trajectory(std::string name, std::string comment = "");
  Trajectory(const Trajectory&) = delete;
  Trajectory& operator=(const Trajectory&) = delete;

  const std::string& name() const { return name_; }
  const std::string& comment() const { return comment_; }
  void set_comment(std::string comment);
  // When it was made: Unix time, and as local time "2026_11_24_22h10m22s".
  double timestamp() const { return timestamp_; }
  std::string time() const;
  void set_timestamp(double timestamp) { timestamp_ = timestamp; }
  // What the seeds of its runs are made of, see run_seed.h. 0 unless set.
  uint64_t seed() const { return seed_; }
  void set_seed(uint64_t seed) { seed_ = seed; }

  // The first error of all the calls that built it.
  const absl::Status& status() const { return status_; }

  // Add a parameter, a derived parameter or a config entry. `name` may have
  // dots, groups are made as needed, and the branch is put before it.
  //
  // Errors, kept in status(), then the key is of no use:
  //   kInvalidArgument: a name breaks the rules or is in another branch, or
  //     `value` is not admissible (text that is no UTF-8, an empty list), or
  //     of another type than its preset.
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
  // Adds a value whose type is known only at run time, anywhere, by its whole
  // name ("parameters.traffic.ncars", "mine.x"): a result in the branch
  // results, a parameter in all others.
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
  // The same below a branch.
  absl::Status AddParameterGroup(absl::string_view name,
                                 absl::string_view comment = "");
  absl::Status AddDerivedParameterGroup(absl::string_view name,
                                        absl::string_view comment = "");
  absl::Status AddResultGroup(absl::string_view name,
                              absl::string_view comment = "");
  absl::Status AddConfigGroup(absl::string_view name,
                              absl::string_view comment = "");
  // Makes `full_name` a further name for the node `target`, by natural naming.
  // Errors of Tree::AddLink and Tree::Find.
  absl::Status AddLink(absl::string_view full_name, absl::string_view target);

  // Replaces the value with which the parameter or config entry will be added.
  //
  // Errors:
  //   kAlreadyExists: it was added already; Set changes it.
  //   kInvalidArgument: no such name, or value, is possible.
  absl::Status PresetParameter(absl::string_view name, Value value);
  absl::Status PresetConfig(absl::string_view name, Value value);
  // Errors:
  //   kFailedPrecondition: what was preset was never added; all are named.
  absl::Status CheckPresets() const { return presets_.Check(); }

  // Changes the default value of a parameter. Errors of Tree::Find and
  // Parameter::Set.
  absl::Status Set(absl::string_view name, Value value);
  // Lets a parameter that was used or stored be changed.
  //
  // Errors: those of Tree::Find, and
  //   kInvalidArgument: it is no parameter.
  absl::Status Unlock(absl::string_view name);
  // Lock all parameters, or all derived parameters.
  void LockParameters();
  void LockDerivedParameters();

  // Removes a node and, if `recursive`, what is below it from memory; what is
  // stored stays in the file. Links end with their target; keys stay valid
  // (key.h). An explored parameter of a stored trajectory stays explored, as
  // one that is not loaded.
  //
  // Errors: those of Tree::Find, without links, of Tree::Remove, and
  //   kFailedPrecondition: an explored parameter that is not stored.
  absl::Status Remove(absl::string_view name, bool recursive = false);
  // Errors of Tree::RemoveLink.
  absl::Status RemoveLink(absl::string_view full_name);
  // Changes the last part of a full name. Keys and ranges go with it.
  //
  // Errors: those of Tree::Rename, and
  //   kNotFound: there is no node of that full name.
  //   kFailedPrecondition: the trajectory is stored, and its file has the
  //     present name.
  absl::Status Rename(absl::string_view full_name, absl::string_view name);

  // Explores `space`: there will be one run for each of its points. Further
  // parameters may be explored in further calls, with as many values.
  //
  // Errors, also kept in status(), and then nothing is explored: those of
  // Exploration::Explore, and
  //   kFailedPrecondition: there are completed runs.
  absl::Status Explore(const Space& space);
  // Adds the points of `space` to the explored ones, as further runs. Errors,
  // also kept in status(), and then nothing is expanded, of
  // Exploration::Expand.
  absl::Status Expand(const Space& space);
  // Removes all ranges and runs, so that nothing is explored.
  //
  // Errors:
  //   kFailedPrecondition: it is stored, unless `force`.
  absl::Status Shrink(bool force = false);
  // The explored parameters, in the order of exploration.
  const std::vector<Parameter*>& explored() const {
    return exploration_.parameters();
  }

  // Number of runs; 1 if nothing is explored.
  int64_t length() const { return exploration_.length(); }
  // "run_00000000", ...
  std::vector<std::string> run_names() const;
  // The row of the run table for run `index`.
  RunInfo run_info(int64_t index) const;
  bool completed(int64_t index) const;
  // True if all runs are completed.
  bool completed() const;
  // "x: 1.0,   y: 6.0": the values of the explored parameters in run `index`.
  std::string ParameterSummary(int64_t index) const;

  // The trajectory as one run sees it. There is no current run to set and to
  // restore: each view has its own.
  //
  // Errors:
  //   kOutOfRange: there is no such run. A name may be short: "run_7".
  absl::StatusOr<RunView> AsRun(int64_t index) const;
  absl::StatusOr<RunView> AsRun(absl::string_view run_name) const;
  // Calls `visit` for each run, in order, until an error, which is returned.
  absl::Status ForEachRun(
      const std::function<absl::Status(const RunView&)>& visit) const;

  // Read the default values, as RunView of no run does.
  template <typename T>
  absl::StatusOr<T> Get(absl::string_view name) const {
    return defaults().Get<T>(name);
  }
  template <typename T>
  absl::StatusOr<T> GetOr(absl::string_view name, T otherwise) const {
    return defaults().GetOr<T>(name, std::move(otherwise));
  }
  absl::StatusOr<Value> operator[](absl::string_view name) const {
    return defaults()[name];
  }
  template <typename T>
  T operator[](const Key<T>& key) const {
    return defaults()[key];
  }
  std::map<std::string, Value> Values(absl::string_view group) const {
    return defaults().Values(group);
  }
  // True if the name names one node; not if it is ambiguous.
  bool Contains(absl::string_view name, const FindOptions& options = {}) const {
    return tree_.FindOrNull(name, options) != nullptr;
  }

  // The runs whose values of the named parameters satisfy `predicate`; those
  // that are not explored have their one value in all runs.
  //
  // Errors: those of Tree::Find and RunView, and
  //   kInvalidArgument: a name is that of no parameter.
  absl::StatusOr<std::vector<int64_t>> FindRuns(
      absl::Span<const std::string> names,
      const std::function<bool(absl::Span<const Value>)>& predicate) const;
  // The same with keys, and then the predicate:
  //
  //   traj.FindRuns(x, y, [](double x, double y) { return x < y; })
  template <typename T, typename... Rest>
  std::vector<int64_t> FindRuns(const Key<T>& first,
                                const Rest&... rest) const {
    return FindRunsOfKeys(std::tie(first, rest...),
                          std::make_index_sequence<sizeof...(Rest)>());
  }
  // The distinct combinations of values of the named parameters, in the order
  // of their first runs. Errors as FindRuns.
  absl::StatusOr<std::vector<UniquePoint>> FindUniquePoints(
      absl::Span<const std::string> names) const;
  // What `name` names in each run, by the index of the run; runs without it
  // are left out. `name` may leave groups and $ out: "z", "sub.z".
  //
  // Errors:
  //   kFailedPrecondition: a run has two of them; both are named.
  absl::StatusOr<std::map<int64_t, const Node*>> GetFromRuns(
      absl::string_view name, const GetFromRunsOptions& options = {}) const;

  // Who brings into memory what is read (Get, [], and those of RunView) and is
  // not there: the node of a full name, or the data of a leaf that has none.
  // Null, and at first: nobody. With a loader, reads change the trajectory, so
  // that only one thread at a time may read it.
  using Loader =
      std::function<absl::Status(Trajectory&, const std::string& full_name)>;
  void SetLoader(Loader loader);

  const Tree& tree() const { return tree_; }
  Tree& tree() { return tree_; }
  const Group& root() const { return tree_.root(); }

  // For storage services and environments.

  // True once it is (partly) in a file.
  bool stored() const { return stored_; }
  void set_stored(bool stored);
  // The version of the program that wrote it, and of its language, as read
  // from a file; empty if it was not.
  const std::string& version() const { return version_; }
  const std::string& language() const { return language_; }
  void set_version(std::string version, std::string language) {
    version_ = std::move(version);
    language_ = std::move(language);
  }
  // The number of runs, if no more is to be known of them.
  void set_length(int64_t length) { exploration_.set_length(length); }
  // Restores what is known of all runs from a file, in their order. Its size
  // is the length.
  void set_run_infos(std::vector<RunInfo> infos);
  // The same of `length` runs, of the first of which all is known.
  void set_run_states(int64_t length, RunStates states);
  const RunStates& run_states() const { return run_states_; }
  // Restores which parameters are explored, by full name; those that are not
  // loaded stay names only.
  void set_explored_names(std::vector<std::string> names) {
    exploration_.set_names(std::move(names));
  }
  // Full names of the explored parameters, loaded or not.
  std::vector<std::string> explored_names() const {
    return exploration_.names();
  }
  // Between these two a run is at work. EndRun returns the first error of what
  // it tried to change.
  void BeginRun();
  absl::Status EndRun();
  // Takes over what became of a run: its row of the run table, not its data.
  void NoteRun(const RunRecord& record);
  // The value of `name` in run `index`, or the default (kNoRun).
  absl::StatusOr<Value> GetValue(absl::string_view name, int64_t index) const {
    return RunView(tree_, index)[name];
  }

 private:
  template <typename T>
  Key<T> AddTyped(absl::string_view branch, absl::string_view name, Value value,
                  absl::string_view comment) {
    std::string full_name = FullName(branch, name, kNoRun);
    const Parameter* parameter =
        AddChecked(branch, full_name, std::move(value), comment);
    return Key<T>(parameter, std::move(full_name));
  }

  template <typename KeysAndPredicate, size_t... I>
  std::vector<int64_t> FindRunsOfKeys(const KeysAndPredicate& arguments,
                                      std::index_sequence<I...>) const {
    const auto& predicate = std::get<sizeof...(I)>(arguments);
    std::vector<int64_t> runs;
    for (int64_t index = 0; index < length(); ++index) {
      const RunView run(tree_, index);
      if (predicate(run[std::get<I>(arguments)]...)) runs.push_back(index);
    }
    return runs;
  }

  RunView defaults() const { return RunView(tree_, kNoRun); }
  absl::Status Keep(absl::Status status);
  // Refuses `change`, such as "to add x", while a run is at work.
  absl::Status CheckNoRun(absl::string_view change);
  // Null, and an error in status_, if it cannot be added.
  Parameter* AddChecked(absl::string_view branch, absl::string_view full_name,
                        Value value, absl::string_view comment);
  absl::Status AddGroupBelow(absl::string_view branch, absl::string_view name,
                             absl::string_view comment);
  absl::StatusOr<Value> PresetOr(absl::string_view full_name,
                                 Value value) const;
  absl::Status Preset(absl::string_view branch, absl::string_view name,
                      Value value);
  absl::StatusOr<Parameter*> FindParameter(absl::string_view name) const;
  absl::StatusOr<std::vector<const Parameter*>> FindParameters(
      absl::Span<const std::string> names) const;
  void LockBranch(absl::string_view branch);

  std::string name_;
  std::string comment_;
  double timestamp_;
  uint64_t seed_ = 0;
  absl::Status status_;
  bool in_run_ = false;
  absl::Status run_status_;  // of what the run tried to change
  Tree tree_;
  Exploration exploration_;
  Presets presets_;
  RunStates run_states_;
  bool stored_ = false;
  std::string version_;
  std::string language_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_TRAJECTORY_H_
