// Sweeps that run out of room, on a full disk or as no file may become longer,
// and go on when there is room again. README.md says how to read the table that
// it prints.
//
//   ./bazelw run -c opt //environment/faults:sweep_disk_full
//
// and as root, with small disks in place of the limit:
//
//   ./bazelw run -c opt //environment/faults:sweep_disk_full -- --tmpfs
//
// It exits with 1 if anything is not as it must be, but for --durability=none.

#include <stdlib.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cppet/environment/faults/disk_full.h"
#include "cppet/environment/faults/disk_full_subject.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"
#include "gflags/gflags.h"

DEFINE_int64(sizes, 50, "how many sizes to try with each mode");
DEFINE_string(modes, "all", "of faulty_sweep");
DEFINE_string(explore_modes, "in_process,fork_lock,pool_queue,pool_local",
              "of explore");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_int64(runs, 40, "runs of a sweep");
DEFINE_bool(tmpfs, false, "fill disks; needs root");
DEFINE_bool(verbose, false, "print the errors of all sweeps");
DEFINE_string(programs, ".", "folder of the workspace's programs");

namespace {

std::string Program(const std::string& name) {
  return std::filesystem::absolute(FLAGS_programs) / name;
}

absl::StatusOr<cppet::DiskFullReport> Fill() {
  cppet::DiskFullOptions options;
  options.sizes = FLAGS_sizes;
  options.tmpfs = FLAGS_tmpfs;
  options.verbose = FLAGS_verbose;
  options.log = &std::cerr;
  const auto durability = cppet::ParseDurability(FLAGS_durability);
  if (!durability.ok()) return durability.status();
  const auto modes = cppet::ParseSweepModes(FLAGS_modes);
  if (!modes.ok()) return modes.status();
  for (const cppet::SweepMode& mode : *modes) {
    options.subjects.push_back(std::make_unique<cppet::FaultySweepSubject>(
        Program("environment/faults/faulty_sweep"), mode, *durability,
        FLAGS_runs));
  }
  const auto explore_modes = cppet::ParseSweepModes(FLAGS_explore_modes);
  if (!explore_modes.ok()) return explore_modes.status();
  for (const cppet::SweepMode& mode : *explore_modes) {
    options.subjects.push_back(std::make_unique<cppet::ExploreSubject>(
        Program("tools/explore"), Program("tools/inspect"), mode, *durability,
        FLAGS_runs));
  }
  return cppet::FillDisks(options);
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  // The tools would start elsewhere.
  unsetenv("BUILD_WORKING_DIRECTORY");
  unsetenv("BUILD_WORKSPACE_DIRECTORY");
  const absl::StatusOr<cppet::DiskFullReport> report = Fill();
  if (!report.ok()) {
    std::cerr << "sweep_disk_full: " << report.status() << "\n";
    return 1;
  }
  std::cout << cppet::DiskFullTable(*report);
  if (FLAGS_durability == "none") return 0;
  for (const auto& [name, counts] : *report) {
    if (!counts.ok()) return 1;
  }
  return 0;
}
