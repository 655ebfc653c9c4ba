#include "cppet/testdata/classes/geo_point.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/trajectory/leaf_class.h"

namespace {

struct PointItems {
  static absl::StatusOr<cppet::Items> ToItems(const geo::Point& point) {
    if (point.x < 0) return absl::OutOfRangeError("x is negative");
    return cppet::Items{{"y", point.y}, {"x", point.x}};
  }

  static absl::StatusOr<geo::Point> FromItems(const cppet::Items& items) {
    const absl::StatusOr<double> x = cppet::ItemAs<double>(items, "x");
    const absl::StatusOr<double> y = cppet::ItemAs<double>(items, "y");
    if (!x.ok()) return x.status();
    if (!y.ok()) return y.status();
    return geo::Point{*x, *y};
  }
};

}  // namespace

CPPET_LEAF_CLASS(geo::Point, PointItems);
