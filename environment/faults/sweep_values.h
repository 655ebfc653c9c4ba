#ifndef CPPET_ENVIRONMENT_FAULTS_SWEEP_VALUES_H_
#define CPPET_ENVIRONMENT_FAULTS_SWEEP_VALUES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

// What a sweep explores and finds, all of it a function of the index of a run,
// so that anybody can tell whether a file has it right: a scalar, a text, and
// an array of random numbers, which take a few kB, in every tenth run 100 kB.

// Adds the parameters x and y, and explores `runs` points of them. Errors as
// Trajectory::Explore.
absl::Status ExplorePoints(Trajectory& trajectory, int64_t runs);

// Adds the results of a run.
absl::Status AddValues(Run& run);

// Whether `trajectory`, with all its data, has the results of run `index`, each
// to the bit.
//
// Errors:
//   kDataLoss: it does not; says what is missing or wrong.
absl::Status CheckValues(const Trajectory& trajectory, int64_t index);

// Whether it has any result of run `index`.
bool HasResults(const Trajectory& trajectory, int64_t index);

// Returns a SHA-1, in hexadecimal, of the names, items, types and values of all
// results of `trajectory`, whatever their order.
std::string ValuesDigest(const Trajectory& trajectory);

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_SWEEP_VALUES_H_
