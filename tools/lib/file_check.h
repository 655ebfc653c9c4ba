#ifndef CPPET_TOOLS_LIB_FILE_CHECK_H_
#define CPPET_TOOLS_LIB_FILE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cppet {

// Reads all data of all trajectories in the HDF5 file `filename`, and returns
// what is wrong with them: the first damage in each, and run tables that do not
// go with what is explored.
//
// Errors:
//   kNotFound, kInvalidArgument, ...: the file cannot be opened at all.
absl::StatusOr<std::vector<std::string>> CheckFile(const std::string& filename);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_FILE_CHECK_H_
