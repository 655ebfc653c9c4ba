// Checks a file of store_runs, whose output is on standard input:
//
//   store_runs FILE | check_runs FILE
//
// Prints what is wrong, and exits with 1 if anything is.

#include <cstdint>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/check_runs.h"
#include "gflags/gflags.h"

DEFINE_int64(batch, 1, "as of store_runs");
DEFINE_string(durability, "power", "as of store_runs");
DEFINE_bool(recover, true, "recover the file first");
DEFINE_bool(h5py, false, "read it by python3 and h5py, too");

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  const absl::StatusOr<cppet::Durability> durability =
      cppet::ParseDurability(FLAGS_durability);
  if (argc != 2 || !durability.ok()) {
    std::cerr << "check_runs FILE < OUTPUT_OF_STORE_RUNS\n";
    return 2;
  }
  cppet::Acknowledged acknowledged;
  acknowledged.Add(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  cppet::CheckRunsOptions options;
  options.batch = FLAGS_batch;
  options.durability = *durability;
  options.recover = FLAGS_recover;
  options.h5py = FLAGS_h5py;
  const cppet::RunsCheck check =
      cppet::CheckRuns(argv[1], acknowledged, options);
  std::cout << check.completed << " completed, " << check.lost << " lost, "
            << check.half << " half\n";
  for (const std::string& problem : check.problems) {
    std::cout << problem << "\n";
  }
  return check.ok() ? 0 : 1;
}
