// An experiment with values of a type of its own:
//
//   ./bazelw build //examples/custom_class:all
//   cd bazel-bin/examples/custom_class
//   ./throw --classes=libvector.so:physics.Vector
//
// throws a ball with several velocities and writes throw.hdf5, where each
// velocity, and where and how fast the ball comes down, has its fields x and y.
// Without --classes they are bytes in pickles.

#include <iostream>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "cppet/environment/environment.h"
#include "examples/custom_class/vector.h"
#include "gflags/gflags.h"

DEFINE_string(out, "throw.hdf5", "file to write");
DEFINE_string(classes, "", "classes of leaves, separated by commas");

namespace {

constexpr double kGravity = 9.81;  // m/s^2

using physics::Vector;

absl::Status Throw() {
  cppet::EnvironmentOptions options;
  options.trajectory = "throw";
  options.add_time = false;
  options.comment = "Where a ball comes down";
  options.filename = FLAGS_out;
  options.log_level = std::nullopt;
  options.dynamically_imported_classes =
      absl::StrSplit(FLAGS_classes, ',', absl::SkipEmpty());
  auto env = cppet::Environment::Create(options);
  if (!env.ok()) return env.status();
  cppet::Trajectory& traj = (*env)->trajectory();
  const auto velocity =
      traj.AddParameter("velocity", Vector{1, 1}, "At the start, in m/s");
  traj.Explore(velocity.In({{3, 4}, {4, 3}, {5, 0}})).IgnoreError();
  const auto results = (*env)->Run([=](cppet::Run& run) {
    const Vector v = run[velocity];
    const double seconds = 2 * v.y / kGravity;
    run.AddResult("end", Vector{v.x * seconds, 0}, "In m").IgnoreError();
    return run.AddResult("impact", Vector{v.x, -v.y}, "Velocity, in m/s");
  });
  return results.status();
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  const absl::Status status = Throw();
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
