#ifndef CPPET_ENVIRONMENT_CALLS_EXECUTE_RUN_H_
#define CPPET_ENVIRONMENT_CALLS_EXECUTE_RUN_H_

#include <cstdint>
#include <string>

#include "cppet/environment/calls/run_function.h"
#include "cppet/environment/calls/run_report.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Runs run `index` of `trajectory` in this process. A run that throws, returns
// an error, leaves one in its status or tries to change the trajectory has
// failed; what it added until then is in the report. Never throws.
RunReport ExecuteRun(Trajectory& trajectory, int64_t index,
                     const RunFunction& function,
                     const std::string& environment_hexsha);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_CALLS_EXECUTE_RUN_H_
