#ifndef CPPET_TRAJECTORY_RUN_SEED_H_
#define CPPET_TRAJECTORY_RUN_SEED_H_

#include <cstdint>

namespace cppet {

// The seed for the random numbers of run `index` of a trajectory with the seed
// `trajectory_seed`: number `index`, counted from 0, of the sequence of
// SplitMix64 that begins with the state `trajectory_seed`.
//
// It depends on nothing else, so that a run has the same seed whenever, in
// whatever order and wherever it is run. No two runs of a trajectory have the
// same one. Neighbours share no bits beyond chance, so that it may seed any
// generator as it is.
//
// Source: G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom
// number generators, OOPSLA 2014, with the constants of S. Vigna's SplitMix64.
uint64_t RunSeed(uint64_t trajectory_seed, int64_t index);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_RUN_SEED_H_
