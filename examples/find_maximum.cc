// A search that goes where it is worth looking: post-processing sets the next
// points, until the maximum of a function of two parameters is known.
//
//   ./bazelw run //examples:find_maximum -- --jobs=2 --tolerance=1e-4
//
// prints where the maximum is and writes find_maximum.hdf5 with all points.

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "cppet/environment/environment.h"
#include "gflags/gflags.h"

DEFINE_string(out, "find_maximum.hdf5", "the HDF5 file");
DEFINE_double(tolerance, 1e-3, "how well x and y are to be known");
DEFINE_int32(jobs, 1, "processes at a time; 1 computes in this process");
DEFINE_bool(pool, false, "keep the processes for many runs each");
DEFINE_bool(immediate, false,
            "look for the next points while the last runs are at work");

namespace {

using Point = std::pair<double, double>;

// A hill whose top, of height 1, is at (sqrt(2), -pi/4).
double Height(double x, double y) {
  const double dx = x - M_SQRT2;
  const double dy = y + M_PI / 4;
  return std::exp(-(dx * dx + dx * dy + 2 * dy * dy));
}

// Looks at the 8 neighbours of the highest point that is known, and at closer
// ones when none of them is higher.
class Search {
 public:
  Search(cppet::Key<double> x, cppet::Key<double> y, double step)
      : x_(std::move(x)), y_(std::move(y)), step_(step) {}

  // The post-processing: the points to look at next, or none at the end.
  cppet::Space operator()(cppet::Trajectory& traj,
                          const cppet::RunResults<double>& heights) {
    if (heights.empty()) return {};
    double highest = -1;
    for (const auto& [index, height] : heights) {
      if (height <= highest) continue;
      highest = height;
      const cppet::RunView run = *traj.AsRun(index);
      top_ = {run[x_], run[y_]};
    }
    // In immediate post-processing some runs are still at work. Which neighbour
    // is the highest is not known before they are finished.
    const bool all_known =
        heights.size() + heights.failures().size() == traj.length();
    std::vector<Point> next = NewNeighbours(traj);
    while (next.empty() && all_known && step_ > FLAGS_tolerance / 2) {
      step_ /= 2;
      next = NewNeighbours(traj);
    }
    if (next.empty()) return {};
    std::vector<double> xs, ys;
    for (const auto& [x, y] : next) {
      xs.push_back(x);
      ys.push_back(y);
    }
    return cppet::Zip(x_.In(xs), y_.In(ys));
  }

  const Point& top() const { return top_; }

 private:
  std::vector<Point> NewNeighbours(const cppet::Trajectory& traj) {
    for (; seen_runs_ < traj.length(); ++seen_runs_) {
      const cppet::RunView run = *traj.AsRun(seen_runs_);
      seen_.insert({run[x_], run[y_]});
    }
    std::vector<Point> points;
    for (const double dx : {-step_, 0.0, step_}) {
      for (const double dy : {-step_, 0.0, step_}) {
        const Point point(top_.first + dx, top_.second + dy);
        if (seen_.count(point) == 0) points.push_back(point);
      }
    }
    return points;
  }

  const cppet::Key<double> x_, y_;
  double step_;
  Point top_;
  std::set<Point> seen_;
  int64_t seen_runs_ = 0;
};

int Fail(const absl::Status& status) {
  std::cerr << "find_maximum: " << status << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY")) {
    if (chdir(folder) != 0) return 1;
  }
  cppet::EnvironmentOptions options;
  options.trajectory = "find_maximum";
  options.add_time = false;
  options.filename = FLAGS_out;
  options.multiproc = FLAGS_jobs != 1 || FLAGS_pool || FLAGS_immediate;
  options.ncores = FLAGS_jobs;
  options.use_pool = FLAGS_pool;
  options.immediate_postproc = FLAGS_immediate;
  options.progress = cppet::ProgressMode::kNever;
  const auto env = cppet::Environment::Create(std::move(options));
  if (!env.ok()) return Fail(env.status());
  cppet::Trajectory& traj = (*env)->trajectory();
  const auto x = traj.AddParameter("x", 0.0, "To the east");
  const auto y = traj.AddParameter("y", 0.0, "To the north");
  // Explore keeps an error, and Run reports it.
  const cppet::Range first = cppet::Linspace(-4, 4, 5);
  traj.Explore(cppet::CartesianProduct(x.In(first), y.In(first))).IgnoreError();

  Search search(x, y, 2.0);
  absl::Status added = (*env)->AddPostprocessing(
      [&](cppet::Trajectory& traj, const cppet::RunResults<double>& heights) {
        return search(traj, heights);
      });
  if (!added.ok()) return Fail(added);
  const auto heights =
      (*env)->Run([=](cppet::Run& run) -> absl::StatusOr<double> {
        const double height = Height(run[x], run[y]);
        absl::Status status = run.AddResult("height", height);
        if (!status.ok()) return status;
        return height;
      });
  if (!heights.ok()) return Fail(heights.status());
  std::cout << std::setprecision(10) << "x\t" << search.top().first << "\ny\t"
            << search.top().second << "\nruns\t" << heights->size() << "\n";
  return heights->failures().empty() ? 0 : 2;
}
