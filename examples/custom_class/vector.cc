// Says what files keep of a physics.Vector. It is in a shared object, so that
// any program can load it.

#include "examples/custom_class/vector.h"

#include "absl/status/statusor.h"
#include "cppet/trajectory/leaf_class.h"

namespace {

struct VectorItems {
  static cppet::Items ToItems(const physics::Vector& vector) {
    return {{"x", vector.x}, {"y", vector.y}};
  }

  static absl::StatusOr<physics::Vector> FromItems(const cppet::Items& items) {
    const absl::StatusOr<double> x = cppet::ItemAs<double>(items, "x");
    const absl::StatusOr<double> y = cppet::ItemAs<double>(items, "y");
    if (!x.ok()) return x.status();
    if (!y.ok()) return y.status();
    return physics::Vector{*x, *y};
  }
};

}  // namespace

CPPET_LEAF_CLASS(physics::Vector, VectorItems);
