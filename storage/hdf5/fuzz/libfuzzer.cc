// What libFuzzer calls beside the target: it gives an empty corpus the seeds,
// damages inputs as fuzz_main.cc does, too, and counts what forked children
// cover.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/fuzz/mutation.h"

extern "C" {

size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

// The counters of this program, of which the compiler makes a section.
extern char __start___sancov_cntrs;
extern char __stop___sancov_cntrs;

}  // extern "C"

namespace cppet {
namespace {

// All pages that have nothing but counters on them.
void ShareCounters() {
  const uintptr_t page = sysconf(_SC_PAGESIZE);
  const uintptr_t first = reinterpret_cast<uintptr_t>(&__start___sancov_cntrs);
  const uintptr_t last = reinterpret_cast<uintptr_t>(&__stop___sancov_cntrs);
  const uintptr_t begin = (first + page - 1) / page * page;
  const uintptr_t end = last / page * page;
  if (begin >= end) return;
  void* const counters = reinterpret_cast<void*>(begin);
  if (mmap(counters, end - begin, PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
    abort();
  }
}

void WriteSeeds(const std::string& folder) {
  int number = 0;
  for (const std::string& seed : FuzzSeeds()) {
    const std::string path = absl::StrCat(folder, "/seed_", ++number);
    if (!WriteFile(path, seed).ok()) abort();
  }
}

}  // namespace
}  // namespace cppet

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  cppet::ShareCounters();
  for (int i = 1; i < *argc; ++i) {
    const std::string argument = (*argv)[i];
    std::error_code error;
    if (std::filesystem::is_directory(argument, error) &&
        std::filesystem::is_empty(argument, error)) {
      cppet::WriteSeeds(argument);
    }
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned seed) {
  std::mt19937 random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string damaged = cppet::Damaged(
      std::string(reinterpret_cast<const char*>(data), size), &random);
  size = std::min(damaged.size(), max_size);
  std::memcpy(data, damaged.data(), size);
  return size;
}
