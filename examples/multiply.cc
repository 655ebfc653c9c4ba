// All products of a grid of numbers: the smallest whole experiment.
//
//   ./bazelw run //examples:multiply -- --runs=1000 --jobs=4 --pool
//
// writes multiply.hdf5, unless --out says otherwise.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "cppet/environment/environment.h"
#include "gflags/gflags.h"

DEFINE_string(out, "multiply.hdf5", "the HDF5 file");
DEFINE_int64(runs, 12, "number of runs, on a grid of two parameters");
DEFINE_int32(results, 1, "results of each run: z, and z_2 = 2 z, z_3, ...");
DEFINE_int32(jobs, 1, "processes at a time; 1 computes in this process");
DEFINE_bool(pool, false, "keep the processes for many runs each");
DEFINE_string(wrap_mode, "LOCK",
              "who writes: LOCK, QUEUE, NONE, LOCAL or PIPE");
DEFINE_string(layout, "tree",
              "how results are kept: tree, or columns for very many runs");
DEFINE_string(pypet, "",
              "let the file name this pypet and Python, such as 0.7.0/3.11.2, "
              "so that they load it without force");

namespace {

// The sides of the grid of `runs` points that is nearest to a square.
std::pair<int64_t, int64_t> GridSides(int64_t runs) {
  int64_t side = 1;
  for (int64_t i = 1; i * i <= runs; ++i) {
    if (runs % i == 0) side = i;
  }
  return {runs / side, side};
}

int Fail(const absl::Status& status) {
  std::cerr << "multiply: " << status << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY")) {
    if (chdir(folder) != 0) return 1;
  }
  cppet::EnvironmentOptions options;
  options.trajectory = "multiply";
  options.add_time = false;
  options.comment = "All products of a grid of numbers";
  options.filename = FLAGS_out;
  options.multiproc = FLAGS_jobs != 1 || FLAGS_pool;
  options.ncores = FLAGS_jobs;
  options.use_pool = FLAGS_pool;
  const auto wrap_mode = cppet::ParseWrapMode(FLAGS_wrap_mode);
  if (!wrap_mode.ok()) return Fail(wrap_mode.status());
  options.wrap_mode = *wrap_mode;
  const auto layout = cppet::ResultLayoutNamed(FLAGS_layout);
  if (!layout.has_value()) {
    return Fail(absl::InvalidArgumentError("--layout is tree or columns"));
  }
  options.result_layout = *layout;
  if (const size_t slash = FLAGS_pypet.find('/'); slash != std::string::npos) {
    options.pypet_version = FLAGS_pypet.substr(0, slash);
    options.python_version = FLAGS_pypet.substr(slash + 1);
  }

  const auto env = cppet::Environment::Create(std::move(options));
  if (!env.ok()) return Fail(env.status());
  cppet::Trajectory& traj = (*env)->trajectory();
  const auto x = traj.AddParameter("x", 1.0, "First factor");
  const auto y = traj.AddParameter("y", 1.0, "Second factor");
  const auto [rows, columns] = GridSides(FLAGS_runs);
  // Explore keeps an error, and Run reports it.
  traj.Explore(cppet::CartesianProduct(
                   x.In(cppet::Arange(0.0, static_cast<double>(rows), 1.0)),
                   y.In(cppet::Arange(0.0, static_cast<double>(columns), 1.0))))
      .IgnoreError();
  const auto results = (*env)->Run([=](cppet::Run& run) -> absl::Status {
    const double z = run[x] * run[y];
    absl::Status status = run.AddResult("z", z, "Product of both factors");
    for (int i = 2; i <= FLAGS_results; ++i) {
      status.Update(run.AddResult("z_" + std::to_string(i), i * z));
    }
    return status;
  });
  if (!results.ok()) return Fail(results.status());
  return results->failures().empty() ? 0 : 2;
}
