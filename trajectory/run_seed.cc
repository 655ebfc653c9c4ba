#include "cppet/trajectory/run_seed.h"

namespace cppet {

uint64_t RunSeed(uint64_t trajectory_seed, int64_t index) {
  // The state grows by a constant, and each number is a hash of it.
  uint64_t z =
      trajectory_seed + (static_cast<uint64_t>(index) + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace cppet
