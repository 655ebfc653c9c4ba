#ifndef CPPET_ENVIRONMENT_EXECUTE_RUN_H_
#define CPPET_ENVIRONMENT_EXECUTE_RUN_H_

#include <cstdint>
#include <string>

#include "cppet/environment/run_function.h"
#include "cppet/environment/run_report.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Runs run `index` of `trajectory` in this process. A run that throws, returns
// an error or leaves one in its status has failed; what it added until then is
// in the report. Never throws.
RunReport ExecuteRun(const Trajectory& trajectory, int64_t index,
                     const RunFunction& function,
                     const std::string& environment_hexsha);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_EXECUTE_RUN_H_
