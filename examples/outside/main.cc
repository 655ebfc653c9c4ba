// A program of its own workspace that uses cppet: the whole of README's
// example.

#include "cppet/environment/environment.h"

int main() {
  auto env = cppet::Environment::Create({.trajectory = "multiplication",
                                         .filename = "multiplication.hdf5"})
                 .value();
  cppet::Trajectory& traj = env->trajectory();
  const auto x = traj.AddParameter("x", 1.0, "First factor");
  const auto y = traj.AddParameter("y", 1.0, "Second factor");
  (void)traj.Explore(
      cppet::CartesianProduct(x.In({1., 2., 3., 4.}), y.In({6., 7., 8.})));
  const auto results = env->Run([=](cppet::Run& run) {
    return run.AddResult("z", run[x] * run[y], "Product of both factors");
  });
  return results.ok() ? 0 : 1;
}
