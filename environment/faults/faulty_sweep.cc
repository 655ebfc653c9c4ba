// Makes a sweep, or goes on with one, that something is to happen to: by hand,
// or by sweep_kills and sweep_disk_full. What it finds is a function of the
// index of a run (sweep_values.h); what it did can be seen in files beside the
// HDF5 file (side_files.h).
//
//   ./bazelw run //environment/faults:faulty_sweep -- --folder=/tmp/sweep
//       --executor=pool --wrap_mode=QUEUE --ncores=2 --runs=1000 --busy_us=1000
//
// It exits with 0 if no run failed, 2 if some did, and 1, with the error, if
// the sweep ended early.

#include <cstdint>
#include <iostream>
#include <string>

#include "absl/status/statusor.h"
#include "cppet/environment/faults/run_faulty_sweep.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"
#include "gflags/gflags.h"

DEFINE_string(folder, "", "where sweep.hdf5 and the files beside it are");
DEFINE_string(file, "", "the HDF5 file, if it is not FOLDER/sweep.hdf5");
DEFINE_string(executor, "in_process", "who computes: in_process, fork or pool");
DEFINE_string(wrap_mode, "LOCK",
              "who stores: LOCK, QUEUE, NONE, LOCAL or PIPE");
DEFINE_int32(ncores, 2, "processes at a time");
DEFINE_string(durability, "power", "power, process or none");
DEFINE_int64(runs, 40, "runs of a new sweep");
DEFINE_int64(busy_us, 0, "what each run works, in microseconds");
DEFINE_bool(go_on, false, "go on with the sweep in the file");
DEFINE_bool(continuable, false, "by Environment::Continue");
DEFINE_bool(pids, false, "write the numbers of the processes to FOLDER/PIDS");

namespace {

absl::StatusOr<int64_t> Sweep() {
  cppet::FaultySweepOptions options;
  const auto mode = cppet::MakeSweepMode(FLAGS_executor, FLAGS_wrap_mode);
  if (!mode.ok()) return mode.status();
  options.mode = *mode;
  const auto durability = cppet::ParseDurability(FLAGS_durability);
  if (!durability.ok()) return durability.status();
  options.durability = *durability;
  options.ncores = FLAGS_ncores;
  options.runs = FLAGS_runs;
  options.file = FLAGS_file;
  options.busy_us = FLAGS_busy_us;
  options.go_on = FLAGS_go_on;
  options.continuable = FLAGS_continuable;
  options.pids = FLAGS_pids;
  return cppet::RunFaultySweep(FLAGS_folder, options);
}

}  // namespace

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, /*remove_flags=*/true);
  if (FLAGS_folder.empty()) {
    std::cerr << "faulty_sweep: no --folder\n";
    return 1;
  }
  const absl::StatusOr<int64_t> failed = Sweep();
  if (!failed.ok()) {
    std::cerr << "faulty_sweep: " << failed.status() << "\n";
    return 1;
  }
  return *failed == 0 ? 0 : 2;
}
