#ifndef CPPET_TRAJECTORY_KEY_H_
#define CPPET_TRAJECTORY_KEY_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// A parameter of a trajectory whose values are of type T. Cheap to copy; valid
// as long as the trajectory that made it, even if the parameter is removed:
// then it gives the value that there was.
//
//   const Key<double> x = traj.AddParameter("x", 1.0);
//   traj.Explore(CartesianProduct(x.In({1., 2.})));
//   double value = run[x];
template <typename T>
class Key {
 public:
  // "parameters.x"; the new name if it was renamed.
  std::string name() const {
    return parameter_ == nullptr ? *name_ : parameter_->full_name();
  }

  // The axis on which the parameter takes these values.
  Axis In(std::initializer_list<T> values) const {
    return {name(), Range(std::vector<Value>(values.begin(), values.end()))};
  }
  Axis In(const std::vector<T>& values) const {
    return {name(), Range(std::vector<Value>(values.begin(), values.end()))};
  }
  Axis In(Range range) const { return {name(), std::move(range)}; }

 private:
  friend class Trajectory;
  friend class RunView;

  Key(const Parameter* parameter, std::string name)
      : parameter_(parameter),
        name_(std::make_shared<const std::string>(std::move(name))) {}

  const Parameter* parameter_;  // null if it could not be added
  std::shared_ptr<const std::string> name_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_KEY_H_
