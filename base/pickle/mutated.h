#ifndef CPPET_BASE_PICKLE_MUTATED_H_
#define CPPET_BASE_PICKLE_MUTATED_H_

#include <random>
#include <string>

namespace cppet::pickle {

// Returns `pickle` with some bytes changed, left out, inserted or repeated, for
// tests of what reads it.
std::string Mutated(std::string pickle, std::mt19937* random);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_MUTATED_H_
