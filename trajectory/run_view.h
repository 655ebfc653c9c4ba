#ifndef CPPET_TRAJECTORY_RUN_VIEW_H_
#define CPPET_TRAJECTORY_RUN_VIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_prefix.h"
#include "cppet/trajectory/key.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A trajectory as one run sees it: explored parameters have the values of that
// run, and $ in a name is the name of that run. Outside of runs (kNoRun) they
// have their default values, and $ is run_ALL. Cheap to copy.
//
//   CPPET_ASSIGN_OR_RETURN(const RunView run, traj.AsRun(42));
//   double value = run[x];
//   absl::StatusOr<double> z = run.Get<double>("$.z");
class RunView {
 public:
  // `tree` must outlive it, and have a run of that index.
  RunView(const Tree& tree, int64_t index) : tree_(&tree), index_(index) {}

  // kNoRun for a view of the default values.
  int64_t index() const { return index_; }
  // "run_00000042", or "run_ALL".
  std::string name() const { return RunName(index_); }

  // The value of a parameter. Locks it.
  template <typename T>
  T operator[](const Key<T>& key) const {
    if (key.parameter_ == nullptr) return T();
    key.parameter_->Lock();
    if (index_ == kNoRun || !key.parameter_->explored()) {
      return *key.parameter_->value()->template As<T>();
    }
    return *key.parameter_->ValueAt(index_).template As<T>();
  }

  // The value of a parameter, or of the only item of a result, by natural
  // naming (tree.h). Locks the parameter. With a loader (trajectory.h) it is
  // loaded if it is not in memory.
  //
  // Errors: those of Tree::FindOrLoad, and
  //   kInvalidArgument: it is a group, a result with several items, or of
  //     another type.
  //   kFailedPrecondition: its data is empty or not loaded.
  absl::StatusOr<Value> operator[](absl::string_view name) const;
  template <typename T>
  absl::StatusOr<T> Get(absl::string_view name) const {
    return As<T>(name, (*this)[name]);
  }
  // `otherwise` if there is nothing of that name. Errors as Get.
  template <typename T>
  absl::StatusOr<T> GetOr(absl::string_view name, T otherwise) const {
    const absl::StatusOr<Node*> node = Find(name);
    if (absl::IsNotFound(node.status())) return otherwise;
    if (!node.ok()) return node.status();
    return As<T>(name, ValueOf(**node));
  }

  // The node of that name; errors of Tree::FindOrLoad.
  absl::StatusOr<Node*> Find(absl::string_view name) const;
  // The value of `node`. Errors as operator[].
  absl::StatusOr<Value> ValueOf(const Node& node) const;

  // The values of all parameters, and of results with one item, below `group`
  // ("parameters"; empty for the root), by full name. What is empty or not
  // loaded is left out; so is all if there is no such group.
  std::map<std::string, Value> Values(absl::string_view group) const;

  // `value` as a T; its errors have `name`.
  template <typename T>
  static absl::StatusOr<T> As(absl::string_view name,
                              const absl::StatusOr<Value>& value) {
    if (!value.ok()) return value.status();
    absl::StatusOr<T> out = value->template As<T>();
    if (!out.ok()) return WithPrefix(name, out.status());
    return out;
  }

 private:
  FindOptions Options() const;

  const Tree* tree_;
  int64_t index_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_VIEW_H_
