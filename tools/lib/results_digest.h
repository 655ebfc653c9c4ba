#ifndef CPPET_TOOLS_LIB_RESULTS_DIGEST_H_
#define CPPET_TOOLS_LIB_RESULTS_DIGEST_H_

#include <string>

#include "cppet/trajectory/trajectory.h"

namespace cppet {

// Returns a SHA-1, in hexadecimal, of all results of a loaded trajectory: their
// full names, the names of their items and the values, whatever their order.
// Two sweeps have the same one if and only if they found the same. How long a
// command took (process.wall_seconds) does not count.
std::string ResultsDigest(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_RESULTS_DIGEST_H_
