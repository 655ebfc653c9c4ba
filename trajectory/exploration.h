#ifndef CPPET_TRAJECTORY_EXPLORATION_H_
#define CPPET_TRAJECTORY_EXPLORATION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"

namespace cppet {

// Which parameters of a tree are explored, and how many runs that makes. A
// change is made as a whole or, on an error, not at all.
class Exploration {
 public:
  // `tree` must outlive it.
  explicit Exploration(const Tree& tree) : tree_(tree) {}
  Exploration(const Exploration&) = delete;
  Exploration& operator=(const Exploration&) = delete;

  // Number of runs; 1 if nothing is explored.
  int64_t length() const { return length_; }
  void set_length(int64_t length) { length_ = length; }
  // The explored parameters, in the order of exploration.
  const std::vector<Parameter*>& parameters() const { return parameters_; }
  // Full names of the explored parameters; those that are not loaded first.
  std::vector<std::string> names() const;
  // Restores which parameters are explored; those that are not loaded stay
  // names only.
  void set_names(std::vector<std::string> names);

  // Gives the parameters of `space` its values, one a run.
  //
  // Errors:
  //   kInvalidArgument: `space` is in error or empty, has another size than
  //     the present exploration, or values that the parameter cannot have
  //     (value_check.h) or of another type than its own.
  //   kNotFound: an axis names nothing.
  //   kFailedPrecondition: a parameter is explored already or has no value.
  //   kResourceExhausted: more runs than a trajectory may have.
  absl::Status Explore(const Space& space);

  // Puts the values of `space` behind those that the explored parameters have,
  // as further runs. Explores if nothing is explored.
  //
  // Errors as Explore, and
  //   kInvalidArgument: the parameters are not just the explored ones.
  //   kFailedPrecondition: an explored parameter is not loaded.
  absl::Status Expand(const Space& space);

  // Nothing is explored any more.
  void Clear();

  // It is in a file, as it is now.
  void MarkSaved() { saved_ = true; }
  // Errors:
  //   kFailedPrecondition: `node` is or holds an explored parameter of an
  //     exploration that is nowhere else.
  absl::Status CheckRemovable(const Node& node) const;
  // What is no longer in the tree stays explored as what is not loaded.
  void NoteRemoval();

 private:
  using Ranges = std::vector<std::pair<Parameter*, Range>>;

  bool empty() const { return parameters_.empty() && unloaded_.empty(); }
  absl::StatusOr<Ranges> RangesOf(const Space& space) const;
  absl::Status CheckSameParameters(const Ranges& ranges) const;

  const Tree& tree_;
  int64_t length_ = 1;
  std::vector<Parameter*> parameters_;
  std::vector<std::string> unloaded_;
  bool saved_ = false;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_EXPLORATION_H_
