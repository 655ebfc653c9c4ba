#ifndef CPPET_TESTDATA_CLASSES_GEO_POINT_H_
#define CPPET_TESTDATA_CLASSES_GEO_POINT_H_

#include "cppet/trajectory/user_type.h"

namespace geo {

struct Point {
  double x = 0;
  double y = 0;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(x, y);
  }
  friend bool operator==(const Point& a, const Point& b) {
    return a.x == b.x && a.y == b.y;
  }
};

}  // namespace geo

CPPET_USER_TYPE(geo::Point, "geo.Point");

#endif  // CPPET_TESTDATA_CLASSES_GEO_POINT_H_
