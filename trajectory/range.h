#ifndef CPPET_TRAJECTORY_RANGE_H_
#define CPPET_TRAJECTORY_RANGE_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// The values that a parameter takes, one a run, computed when asked for: a
// range of 10^12 values costs no memory. Immutable; a copy is cheap.
//
//   Range r = Linspace(0, 1, 101);
//   r[50];  // the float 0.5
class Range {
 public:
  // No values; exploring it is an error.
  Range() = default;
  // These values.
  explicit Range(std::vector<Value> values);
  // `size` values of one type: `at(i)` for i in 0 .. size-1. It is called again
  // and again, also by several threads at a time.
  Range(int64_t size, std::function<Value(int64_t)> at);
  // An error, which exploring it reports.
  explicit Range(absl::Status status);

  // What was wrong with the arguments that it was made of.
  const absl::Status& status() const { return status_; }
  int64_t size() const { return size_; }
  // The value at `i`, 0 <= i < size().
  Value operator[](int64_t i) const { return (*at_)(i); }

  // Calls `check` until an error for values that between them have every type
  // that there is: all of a vector, the first and the last of computed ones.
  absl::Status ForEachType(
      const std::function<absl::Status(const Value&)>& check) const;

  // `convert` of each value, when asked for.
  Range Mapped(std::function<Value(const Value&)> convert) const;

  // Each value `each` times in turn, all of it again and again up to `length`
  // values: what one axis of a grid looks like, run by run.
  Range Repeated(int64_t each, int64_t length) const;

  // These values, then those of `next`. Copies neither.
  Range Then(const Range& next) const;

  // The values as a vector. Only for ranges that are known to be small.
  std::vector<Value> ToVector() const;

 private:
  // Ranges one after the other.
  struct Chain {
    std::vector<Range> ranges;
    std::vector<int64_t> ends;  // of each range, in the whole
  };

  void Append(Chain& chain) const;

  absl::Status status_;
  int64_t size_ = 0;
  std::shared_ptr<const std::function<Value(int64_t)>> at_;
  // What it was made of: a vector, other ranges, or one that is repeated.
  std::shared_ptr<const std::vector<Value>> listed_;
  std::shared_ptr<const Chain> chain_;
  std::shared_ptr<const Range> repeated_;
};

// `count` floats from `start` to `stop`, both included, at equal distances.
// One value is `start`. A status of kInvalidArgument if `count` < 1.
Range Linspace(double start, double stop, int64_t count);

// `base` to the power of Linspace(start, stop, count).
Range Logspace(double start, double stop, int64_t count, double base = 10.0);

// start, start + step, ... as long as before `stop`, which is excluded.
// A status of kInvalidArgument if `step` is 0 or no value comes before `stop`.
Range Arange(double start, double stop, double step);
Range IntegerRange(int64_t start, int64_t stop, int64_t step);
template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
Range Arange(T start, T stop, T step = 1) {
  return IntegerRange(start, stop, step);
}

// A parameter, by its full name or a shortcut, and the values that it takes.
struct Axis {
  std::string parameter;
  Range range;
};

// The points to explore, one a run. Lazy: a point is computed when asked for.
class Space {
 public:
  // No points.
  Space() = default;
  // The values of one parameter.
  Space(Axis axis);  // NOLINT: an axis is a space of one dimension

  // kInvalidArgument: an axis has no values, a parameter comes twice, or the
  // axes of Zip have different lengths (each is named);
  // kResourceExhausted: more points than an int64_t counts.
  const absl::Status& status() const { return status_; }
  // Number of points.
  int64_t size() const { return size_; }
  // The axes; each range has size() values, the one of point i at i.
  const std::vector<Axis>& axes() const { return axes_; }
  // The values at point `i`, one an axis. O(axes).
  std::vector<Value> operator[](int64_t i) const;

 private:
  friend Space CartesianProduct(std::vector<Space> factors);
  friend Space Zip(std::vector<Axis> axes);

  absl::Status status_;
  int64_t size_ = 0;
  std::vector<Axis> axes_;
};

// All combinations of the points of `factors`; the last one varies fastest.
// Parameters that vary together are one factor:
//
//   CartesianProduct(x.In({1., 2.}), Zip(y.In({3., 4.}), z.In({5., 6.})))
Space CartesianProduct(std::vector<Space> factors);
Space CartesianProduct(std::vector<Axis> axes);
template <typename... Factors>
Space CartesianProduct(Space first, Factors... rest) {
  return CartesianProduct(
      std::vector<Space>{std::move(first), std::move(rest)...});
}

// The values of `axes` side by side: point i has the i-th value of each.
Space Zip(std::vector<Axis> axes);
template <typename... Axes>
Space Zip(Axis first, Axes... rest) {
  return Zip(std::vector<Axis>{std::move(first), std::move(rest)...});
}

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RANGE_H_
