#ifndef CPPET_TRAJECTORY_RUN_H_
#define CPPET_TRAJECTORY_RUN_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/key.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// The values of the explored parameters for `index`, and what a run may do:
// read parameters, add results and derived parameters. A run function gets one.
class Run {
 public:
  // `trajectory` must outlive it.
  Run(const Trajectory& trajectory, int64_t index);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  int64_t index() const { return index_; }
  // "run_00000042"
  const std::string& name() const { return name_; }
  const Trajectory& trajectory() const { return trajectory_; }

  // The value of a parameter in this run.
  template <typename T>
  T operator[](const Key<T>& key) const {
    return trajectory_.ValueOfKey(key, index_);
  }
  // The same by natural naming; also finds what this run added. Errors as
  // Trajectory::Get.
  template <typename T>
  absl::StatusOr<T> Get(absl::string_view name) const {
    absl::StatusOr<Value> value = (*this)[name];
    if (!value.ok()) return value.status();
    return Trajectory::NamedAs<T>(name, *value);
  }
  absl::StatusOr<Value> operator[](absl::string_view name) const;

  // Adds a result or a derived parameter of this run. z becomes
  // results.runs.run_00000042.z; see FullName in names.h for other places.
  //
  // Errors, also kept in status(), so that a run that ignores them fails:
  //   kInvalidArgument: a name breaks the rules, an item comes twice or `value`
  //     is not admissible.
  //   kAlreadyExists: this run added something of that name already.
  absl::Status AddResult(absl::string_view name, Value value,
                         absl::string_view comment = "");
  absl::Status AddResult(absl::string_view name, Items items,
                         absl::string_view comment = "");
  absl::Status AddDerivedParameter(absl::string_view name, Value value,
                                   absl::string_view comment = "");
  // The first error of all calls.
  const absl::Status& status() const { return status_; }

  // All that was added. The run is of no use afterwards.
  std::vector<LeafRecord> TakeLeaves() { return std::move(leaves_); }

 private:
  absl::Status Add(absl::string_view branch, absl::string_view name,
                   LeafRecord leaf);
  absl::Status Keep(absl::Status status);

  const Trajectory& trajectory_;
  const int64_t index_;
  const std::string name_;
  std::vector<LeafRecord> leaves_;
  absl::Status status_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_H_
