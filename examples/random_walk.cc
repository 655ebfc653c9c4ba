// An experiment that may be killed at any time, and goes on:
//
//   ./bazelw run //examples:random_walk -- --steps=100000000
//   (kill it)
//   ./bazelw run //examples:random_walk -- --continue
//
// prints the mean square distance that random walks come to, for several drifts
// and seeds, and writes random_walk.hdf5 and, as long as not all is done,
// continue/random_walk/.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "gflags/gflags.h"

DEFINE_int64(steps, 100000, "steps of each walk");
DEFINE_int32(jobs, 2, "processes at a time");
DEFINE_bool(continue, false, "go on with what is there");

namespace {

absl::StatusOr<double> Walk(cppet::Run& run, int64_t steps) {
  const absl::StatusOr<double> drift = run.Get<double>("drift");
  if (!drift.ok()) return drift.status();
  const absl::StatusOr<int64_t> seed = run.Get<int64_t>("seed");
  if (!seed.ok()) return seed.status();
  std::mt19937_64 random(*seed);
  std::bernoulli_distribution forward(0.5 + *drift);
  double position = 0;
  for (int64_t i = 0; i < steps; ++i) position += forward(random) ? 1 : -1;
  const double square = position * position / steps;
  absl::Status status = run.AddResult("square", square, "Distance squared");
  if (!status.ok()) return status;
  return square;
}
CPPET_REGISTER_RUN_FUNCTION(Walk);

absl::StatusOr<cppet::RunResults<double>> Begin() {
  cppet::EnvironmentOptions options;
  options.trajectory = "random_walk";
  options.add_time = false;
  options.filename = "random_walk.hdf5";
  options.multiproc = true;
  options.ncores = FLAGS_jobs;
  options.continuable = true;
  auto env = cppet::Environment::Create(std::move(options));
  if (!env.ok()) return env.status();
  cppet::Trajectory& traj = (*env)->trajectory();
  const auto drift = traj.AddParameter("drift", 0.0, "Towards one side");
  const auto seed = traj.AddParameter("seed", int64_t{0});
  // Explore keeps an error, and Run reports it.
  traj.Explore(cppet::CartesianProduct(
                   drift.In({0.0, 0.001, 0.01}),
                   seed.In(cppet::Arange(int64_t{0}, int64_t{10}))))
      .IgnoreError();
  return (*env)->Run(Walk, FLAGS_steps);
}

absl::StatusOr<cppet::RunResults<double>> Continue() {
  auto continued = cppet::Environment::Continue<double>("random_walk");
  if (!continued.ok()) return continued.status();
  return std::move(continued->results);
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY")) {
    if (chdir(folder) != 0) return 1;
  }
  const auto results = FLAGS_continue ? Continue() : Begin();
  if (!results.ok()) {
    std::cerr << "random_walk: " << results.status() << "\n";
    return 1;
  }
  for (const auto& [index, square] : *results) {
    std::cout << index << "\t" << square << "\n";
  }
  return results->failures().empty() ? 0 : 2;
}
