#ifndef CPPET_EXAMPLES_CUSTOM_CLASS_VECTOR_H_
#define CPPET_EXAMPLES_CUSTOM_CLASS_VECTOR_H_

#include "cppet/trajectory/user_type.h"

namespace physics {

// A type of the program's own that parameters and results have.
struct Vector {
  double x = 0;
  double y = 0;

  template <typename Archive>
  void serialize(Archive& archive) {
    archive(x, y);
  }
};

}  // namespace physics

CPPET_USER_TYPE(physics::Vector, "physics.Vector");

#endif  // CPPET_EXAMPLES_CUSTOM_CLASS_VECTOR_H_
