#ifndef CPPET_STORAGE_HDF5_FUZZ_FUZZ_TARGET_H_
#define CPPET_STORAGE_HDF5_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What a fuzz target consists of: libFuzzer calls the first, fuzz_main.cc both.

// Reads `data`, whatever it is. Crashes if something is wrong with what was
// made of it. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cppet {

// Data that is whole.
std::vector<std::string> FuzzSeeds();

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_FUZZ_FUZZ_TARGET_H_
