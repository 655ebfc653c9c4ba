#include "cppet/trajectory/range.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"

namespace cppet {
namespace {

Range InvalidRange(absl::string_view what) {
  return Range(absl::InvalidArgumentError(what));
}

// Of a parameter whose values are explored.
absl::Status CheckAxis(const Axis& axis) {
  CPPET_RETURN_IF_ERROR(WithPrefix(axis.parameter, axis.range.status()));
  if (axis.range.size() == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(axis.parameter, " has no values to explore"));
  }
  return absl::OkStatus();
}

// No parameter may come twice.
absl::Status CheckUnique(const std::vector<Axis>& axes) {
  std::set<absl::string_view> seen;
  for (const Axis& axis : axes) {
    if (!seen.insert(axis.parameter).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(axis.parameter, " is explored twice"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Range::Range(std::vector<Value> values)
    : size_(static_cast<int64_t>(values.size())),
      listed_(std::make_shared<const std::vector<Value>>(std::move(values))) {
  at_ = std::make_shared<const std::function<Value(int64_t)>>(
      [listed = listed_](int64_t i) { return (*listed)[i]; });
}

Range::Range(int64_t size, std::function<Value(int64_t)> at)
    : size_(size),
      at_(std::make_shared<const std::function<Value(int64_t)>>(
          std::move(at))) {}

Range::Range(absl::Status status) : status_(std::move(status)) {}

Range Range::Repeated(int64_t each, int64_t length) const {
  if (!status_.ok() || (each == 1 && length == size_)) return *this;
  const auto base = std::make_shared<const Range>(*this);
  Range repeated(length, [base, each](int64_t i) {
    return (*base)[i / each % base->size()];
  });
  repeated.repeated_ = base;
  return repeated;
}

void Range::Append(Chain& chain) const {
  if (size_ == 0) return;
  chain.ranges.push_back(*this);
  chain.ends.push_back((chain.ends.empty() ? 0 : chain.ends.back()) + size_);
}

Range Range::Then(const Range& next) const {
  if (!status_.ok() || next.size_ == 0) return next.status_.ok() ? *this : next;
  if (!next.status_.ok() || size_ == 0) return next;
  auto chain = std::make_shared<Chain>();
  for (const Range* range : {this, &next}) {
    // Chains are joined, lest a value lies deeper with every expansion.
    if (range->chain_ != nullptr) {
      for (const Range& link : range->chain_->ranges) link.Append(*chain);
    } else {
      range->Append(*chain);
    }
  }
  Range whole(size_ + next.size_, [chain](int64_t i) {
    const size_t part =
        std::upper_bound(chain->ends.begin(), chain->ends.end(), i) -
        chain->ends.begin();
    return chain->ranges[part][part == 0 ? i : i - chain->ends[part - 1]];
  });
  whole.chain_ = std::move(chain);
  return whole;
}

absl::Status Range::ForEachType(
    const std::function<absl::Status(const Value&)>& check) const {
  if (repeated_ != nullptr) return repeated_->ForEachType(check);
  if (chain_ != nullptr) {
    for (const Range& range : chain_->ranges) {
      CPPET_RETURN_IF_ERROR(range.ForEachType(check));
    }
  } else if (listed_ != nullptr) {
    for (const Value& value : *listed_) CPPET_RETURN_IF_ERROR(check(value));
  } else if (size_ > 0) {
    CPPET_RETURN_IF_ERROR(check((*this)[0]));
    CPPET_RETURN_IF_ERROR(check((*this)[size_ - 1]));
  }
  return absl::OkStatus();
}

Range Range::Mapped(std::function<Value(const Value&)> convert) const {
  return Range(size_, [base = *this, convert = std::move(convert)](int64_t i) {
    return convert(base[i]);
  });
}

std::vector<Value> Range::ToVector() const {
  std::vector<Value> values;
  values.reserve(size_);
  for (int64_t i = 0; i < size_; ++i) values.push_back((*this)[i]);
  return values;
}

Range Linspace(double start, double stop, int64_t count) {
  if (count < 1) {
    return InvalidRange(
        absl::StrCat("a linspace of ", count, " values has no values"));
  }
  return Range(count, [=](int64_t i) -> Value {
    if (count > 1 && i == count - 1) return stop;
    const double step = count > 1 ? (stop - start) / (count - 1) : 0.0;
    return start + i * step;
  });
}

Range Logspace(double start, double stop, int64_t count, double base) {
  const Range exponents = Linspace(start, stop, count);
  if (!exponents.status().ok()) {
    return InvalidRange(
        absl::StrCat("a logspace of ", count, " values has no values"));
  }
  return Range(count, [=](int64_t i) -> Value {
    return std::pow(base, *exponents[i].As<double>());
  });
}

Range Arange(double start, double stop, double step) {
  const double count = step == 0 ? 0 : std::ceil((stop - start) / step);
  if (!(count >= 1)) {
    return InvalidRange(absl::StrCat("a range from ", start, " to before ",
                                     stop, " in steps of ", step,
                                     " has no values"));
  }
  if (count >= 9e18) {
    return Range(absl::ResourceExhaustedError(
        absl::StrCat("a range in steps of ", step, " has too many values")));
  }
  return Range(static_cast<int64_t>(count),
               [=](int64_t i) -> Value { return start + i * step; });
}

Range IntegerRange(int64_t start, int64_t stop, int64_t step) {
  const bool up = step > 0;
  if (step == 0 || (up ? start >= stop : start <= stop)) {
    return InvalidRange(absl::StrCat("a range from ", start, " to before ",
                                     stop, " in steps of ", step,
                                     " has no values"));
  }
  const uint64_t distance = up ? static_cast<uint64_t>(stop) - start
                               : static_cast<uint64_t>(start) - stop;
  const uint64_t stride =
      up ? static_cast<uint64_t>(step) : -static_cast<uint64_t>(step);
  const uint64_t count = (distance - 1) / stride + 1;
  if (count > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Range(absl::ResourceExhaustedError(
        absl::StrCat("a range in steps of ", step, " has too many values")));
  }
  return Range(static_cast<int64_t>(count),
               [=](int64_t i) -> Value { return start + i * step; });
}

std::vector<Value> Space::operator[](int64_t i) const {
  std::vector<Value> point;
  point.reserve(axes_.size());
  for (const Axis& axis : axes_) point.push_back(axis.range[i]);
  return point;
}

Space::Space(Axis axis) : status_(CheckAxis(axis)) {
  if (!status_.ok()) return;
  size_ = axis.range.size();
  axes_.push_back(std::move(axis));
}

Space CartesianProduct(std::vector<Axis> axes) {
  return CartesianProduct(
      std::vector<Space>(std::make_move_iterator(axes.begin()),
                         std::make_move_iterator(axes.end())));
}

Space CartesianProduct(std::vector<Space> factors) {
  Space product;
  int64_t size = 1;
  for (const Space& factor : factors) {
    product.status_ = factor.status_;
    if (!product.status_.ok()) return product;
    if (__builtin_mul_overflow(size, factor.size_, &size)) {
      product.status_ = absl::ResourceExhaustedError(
          absl::StrCat("the grid has more points than can be counted, at ",
                       factor.axes_.front().parameter));
      return product;
    }
  }
  if (factors.empty() || size == 0) return product;
  std::vector<Axis> axes;
  int64_t each = size;
  for (Space& factor : factors) {
    each /= factor.size_;
    for (Axis& axis : factor.axes_) {
      axis.range = axis.range.Repeated(each, size);
      axes.push_back(std::move(axis));
    }
  }
  product.status_ = CheckUnique(axes);
  if (!product.status_.ok()) return product;
  product.size_ = size;
  product.axes_ = std::move(axes);
  return product;
}

Space Zip(std::vector<Axis> axes) {
  Space space;
  for (const Axis& axis : axes) space.status_.Update(CheckAxis(axis));
  space.status_.Update(CheckUnique(axes));
  if (!space.status_.ok() || axes.empty()) return space;
  const int64_t size = axes.front().range.size();
  const bool equal = std::all_of(
      axes.begin(), axes.end(),
      [size](const Axis& axis) { return axis.range.size() == size; });
  if (!equal) {
    space.status_ = absl::InvalidArgumentError(absl::StrCat(
        "ranges that are explored side by side need equal lengths, but ",
        absl::StrJoin(axes, ", ", [](std::string* out, const Axis& axis) {
          absl::StrAppend(out, axis.parameter, " has ", axis.range.size());
        })));
    return space;
  }
  space.size_ = size;
  space.axes_ = std::move(axes);
  return space;
}

}  // namespace cppet
