#ifndef CPPET_STORAGE_HDF5_FUZZ_MUTATION_H_
#define CPPET_STORAGE_HDF5_FUZZ_MUTATION_H_

#include <random>
#include <string>

namespace cppet {

// Returns `bytes` with some damage, as hostile as it can be without knowing the
// format: bits and bytes changed, numbers of any size replaced by zero, the
// largest ones or small changes of them, blocks swapped, copied over each
// other, zeroed, left out or repeated, and the end cut off.
std::string Damaged(std::string bytes, std::mt19937* random);

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_FUZZ_MUTATION_H_
