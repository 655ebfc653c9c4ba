#ifndef CPPET_ENVIRONMENT_WRAPPING_RECORD_ADDING_H_
#define CPPET_ENVIRONMENT_WRAPPING_RECORD_ADDING_H_

#include "absl/status/status.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Adds what a run left to the tree of its trajectory, in memory.
//
// Errors:
//   of Tree::Add, AddGroup and AddLink; what was added until then stays.
absl::Status AddRecord(RunRecord record, Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_WRAPPING_RECORD_ADDING_H_
