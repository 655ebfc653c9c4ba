#ifndef CPPET_ENVIRONMENT_FAULTS_RUN_FAULTY_SWEEP_H_
#define CPPET_ENVIRONMENT_FAULTS_RUN_FAULTY_SWEEP_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"

namespace cppet {

struct FaultySweepOptions {
  SweepMode mode;
  int ncores = 2;
  Durability durability = Durability::kPower;
  int64_t runs = 40;
  // The HDF5 file; empty for sweep.hdf5 in the folder of the sweep.
  std::string file;
  // Goes on with the sweep in the file; without one it begins.
  bool go_on = false;
  // The sweep can be continued by Environment::Continue, and is so.
  bool continuable = false;
  // What each run works, in microseconds.
  int64_t busy_us = 0;
  // Notes who computes, see side_files.h.
  bool pids = false;
};

// The name of the sweep, and of its file.
inline constexpr char kFaultySweep[] = "sweep";
inline constexpr char kFaultySweepFile[] = "sweep.hdf5";

// Makes a sweep of runs as sweep_values.h says, and writes the files of
// side_files.h to `folder`. Returns how many runs failed.
//
// Errors:
//   Of Environment and storage.
absl::StatusOr<int64_t> RunFaultySweep(const std::string& folder,
                                       const FaultySweepOptions& options);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_RUN_FAULTY_SWEEP_H_
