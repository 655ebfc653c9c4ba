#ifndef CPPET_TOOLS_LIB_TRAJECTORY_JSON_H_
#define CPPET_TOOLS_LIB_TRAJECTORY_JSON_H_

#include <string>
#include <vector>

#include "cppet/trajectory/trajectory.h"
#include "nlohmann/json.hpp"

namespace cppet {

// What of a file is not in the trajectory itself.
struct TrajectoryJsonOptions {
  std::string file;               // its name
  nlohmann::ordered_json reader;  // names and versions of who read it
  nlohmann::ordered_json hdf5_settings;
  // Warnings while it was read.
  std::vector<std::string> log;
};

// Returns all of a loaded trajectory as JSON, for comparison with what pypet
// sees in the same file: name, runs, explored parameters, and each group and
// leaf with comment, annotations and values (value_json.h).
nlohmann::ordered_json TrajectoryJson(const Trajectory& trajectory,
                                      TrajectoryJsonOptions options);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_TRAJECTORY_JSON_H_
