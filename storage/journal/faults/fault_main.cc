#include "cppet/storage/journal/faults/fault_main.h"

#include <filesystem>
#include <iostream>

#include "cppet/storage/journal/faults/fault_writer.h"
#include "gflags/gflags.h"

namespace cppet {

int FaultMain(
    int argc, char** argv,
    absl::FunctionRef<absl::StatusOr<bool>(const std::string& program)> run) {
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  UseMemoryForFiles();
  const std::string program = argv[0];
  const absl::StatusOr<bool> good = run(program);
  if (!good.ok()) {
    std::cerr << std::filesystem::path(program).filename().string() << ": "
              << good.status().message() << "\n";
    return 2;
  }
  return *good ? 0 : 1;
}

}  // namespace cppet
