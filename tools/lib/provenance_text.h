#ifndef CPPET_TOOLS_LIB_PROVENANCE_TEXT_H_
#define CPPET_TOOLS_LIB_PROVENANCE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// What `trajectory` knows of its code and of records elsewhere, a line for
// each; empty if nothing:
//
//   code: 1c6080f main, "faster solver -- Trajectory: ..."
//   code: changed since 1c6080f, see --patch
//   Sumatra record: 20261128-101500, "which current fires"
std::string ProvenanceText(const Trajectory& trajectory);

// The changes of the code that the last environment found not committed, as
// `git apply` takes them.
//
// Errors:
//   kNotFound: there are none.
absl::StatusOr<std::string> UncommittedPatch(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_PROVENANCE_TEXT_H_
