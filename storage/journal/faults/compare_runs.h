#ifndef CPPET_STORAGE_JOURNAL_FAULTS_COMPARE_RUNS_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_COMPARE_RUNS_H_

#include <cstdint>

#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/runs_check.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Compares `trajectory`, loaded with all its data, with what workload.h makes
// of it. Each problem of a run is a line in the result.
RunsCheck CompareRuns(const Trajectory& trajectory,
                      const Acknowledged& acknowledged, int64_t batch);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_COMPARE_RUNS_H_
