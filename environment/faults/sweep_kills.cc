// Kills processes of sweeps at random times, looks at what they leave, and
// continues them. README.md says how to read the table that it prints.
//
//   ./bazelw run -c opt //environment/faults:sweep_kills --
//       --kills=1000 --h5py --keep=/tmp/violations
//
// and, to see what plain HDF5 loses:
//
//   ./bazelw run -c opt //environment/faults:sweep_kills --
//       --kills=1000 --durability=none
//
// It exits with 1 if anything is not as it must be, but for --durability=none.

#include <iostream>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cppet/environment/faults/kill_counts.h"
#include "cppet/environment/faults/kill_sweeps.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"
#include "gflags/gflags.h"

DEFINE_int64(kills, 1000, "how often to kill, in all modes together");
DEFINE_double(minutes, 60, "no sweep is started any more after this time");
DEFINE_uint64(seed, 1, "of whom to kill when");
DEFINE_string(modes, "all", "such as in_process,fork_lock,pool_queue");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_int64(runs, 40, "runs of a sweep");
DEFINE_int64(busy_us, 500, "what each run works, in microseconds");
DEFINE_int32(ncores, 2, "processes that compute at a time");
DEFINE_double(again, 0.3, "how likely a continued sweep is killed again");
DEFINE_bool(continuable, false, "continue by Environment::Continue");
DEFINE_bool(h5py, false, "read the files with h5py as well");
DEFINE_string(keep, "", "a folder to keep in what violates something");

namespace {

absl::StatusOr<cppet::KillReport> Kill() {
  cppet::KillSweepsOptions options;
  auto modes = cppet::ParseSweepModes(FLAGS_modes);
  if (!modes.ok()) return modes.status();
  options.modes = *std::move(modes);
  const auto durability = cppet::ParseDurability(FLAGS_durability);
  if (!durability.ok()) return durability.status();
  options.sweep.durability = *durability;
  options.sweep.runs = FLAGS_runs;
  options.sweep.busy_us = FLAGS_busy_us;
  options.sweep.ncores = FLAGS_ncores;
  options.sweep.continuable = FLAGS_continuable;
  options.kills = FLAGS_kills;
  options.time = absl::Minutes(FLAGS_minutes);
  options.seed = FLAGS_seed;
  options.again = FLAGS_again;
  options.h5py = FLAGS_h5py;
  options.keep = FLAGS_keep;
  options.log = &std::cerr;
  return cppet::KillSweeps(options);
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  const absl::StatusOr<cppet::KillReport> report = Kill();
  if (!report.ok()) {
    std::cerr << "sweep_kills: " << report.status() << "\n";
    return 1;
  }
  std::cout << cppet::KillTable(*report);
  if (FLAGS_durability == "none") return 0;
  for (const auto& [mode, counts] : *report) {
    if (!counts.ok()) return 1;
  }
  return 0;
}
