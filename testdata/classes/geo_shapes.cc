// More classes: one that is registered twice, and one whose name is not plain.

#include "cppet/trajectory/leaf_class.h"

namespace {

struct Circle {
  double radius = 1;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(radius);
  }
};

struct Square {
  double side = 1;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(side);
  }
};

struct CircleItems {
  static cppet::Items ToItems(const Circle& circle) {
    return {{"radius", circle.radius}};
  }
  static Circle FromItems(const cppet::Items& items) {
    return {cppet::ItemAs<double>(items, "radius").value()};
  }
};

struct SquareItems {
  static cppet::Items ToItems(const Square& square) {
    return {{"side", square.side}};
  }
  static Square FromItems(const cppet::Items& items) {
    return {cppet::ItemAs<double>(items, "side").value()};
  }
};

}  // namespace

CPPET_USER_TYPE(Circle, "geo.Circle");
CPPET_USER_TYPE(Square, "geo::Square");
CPPET_LEAF_CLASS(Circle, CircleItems);
CPPET_LEAF_CLASS(Circle, CircleItems);
CPPET_LEAF_CLASS(Square, SquareItems);
