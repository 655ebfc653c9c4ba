#ifndef CPPET_STORAGE_JOURNAL_FAULTS_WORKLOAD_H_
#define CPPET_STORAGE_JOURNAL_FAULTS_WORKLOAD_H_

#include <cstdint>
#include <memory>

#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// What the fault tests store: all of it follows from the number of runs and the
// index of a run, so that it can be checked without another file.

inline constexpr char kWorkloadName[] = "faults";

// A trajectory with two explored parameters.
std::unique_ptr<Trajectory> MakeWorkload(int64_t runs);

// Whether a failed try of the run is stored before the completed run, in whose
// place that comes: every third.
bool HasFailedTry(int64_t index);

// The failed try: a result of some KB, and why it failed.
RunRecord MakeFailedTry(int64_t index);

// The completed run: two numbers; in every fourth run also a text, an array of
// some KB (in some of 400 KB) that does not compress, and a derived parameter.
RunRecord MakeCompletedRun(int64_t index);

}  // namespace cppet

#endif  // CPPET_STORAGE_JOURNAL_FAULTS_WORKLOAD_H_
