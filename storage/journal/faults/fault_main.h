#ifndef CPPET_STORAGE_JOURNAL_FAULTS_FAULT_MAIN_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_FAULT_MAIN_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace cppet {

// What the main function of a fault test does: sets the flags, calls `run` with
// the path of the program, and returns 0 if that is true, 1 if it is false, and
// 2 after an error, which it prints.
int FaultMain(
    int argc, char** argv,
    absl::FunctionRef<absl::StatusOr<bool>(const std::string& program)> run);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_FAULT_MAIN_H_
