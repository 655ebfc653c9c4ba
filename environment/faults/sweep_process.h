#ifndef CPPET_ENVIRONMENT_FAULTS_SWEEP_PROCESS_H_
#define CPPET_ENVIRONMENT_FAULTS_SWEEP_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/environment/faults/run_faulty_sweep.h"

namespace cppet {

// Starts a faulty sweep as a child of this process. Its errors go to the file
// ERRORS in `folder`, and it exits as the program faulty_sweep does.
absl::StatusOr<pid_t> StartSweep(const std::string& folder,
                                 const FaultySweepOptions& options);

// The errors of the sweeps in `folder`, in one line.
std::string SweepErrors(const std::string& folder);

// Makes this process the parent of all processes whose parent ends, as init is
// otherwise, so that none gets lost.
void AdoptOrphans();

// Waits until this process has no children but `known`, and reaps them. After
// the grace time it kills those that are left; returns how many were.
int64_t ReapChildren(const std::vector<pid_t>& known);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SWEEP_PROCESS_H_
