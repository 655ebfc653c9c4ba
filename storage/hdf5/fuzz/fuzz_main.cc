// Calls a fuzz target with its seeds, and then with damaged ones:
//
//   pickle_fuzz_test [RUNS [SEED]]
//
// The numbers are the same for the same arguments, so that a crash comes again.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/fuzz/mutation.h"

namespace {

constexpr int64_t kRuns = 20'000;

void Run(const std::string& data) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(data.data()),
                         data.size());
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t runs = argc > 1 ? std::atoll(argv[1]) : kRuns;
  const int64_t seed = argc > 2 ? std::atoll(argv[2]) : 1;
  std::mt19937 random(seed);
  const std::vector<std::string> seeds = cppet::FuzzSeeds();
  Run("");
  for (const std::string& whole : seeds) Run(whole);
  for (int64_t run = 0; run < runs; ++run) {
    Run(cppet::Damaged(seeds[run % seeds.size()], &random));
  }
  std::printf("%lld runs of %zu seeds\n",
              static_cast<long long>(runs),  // NOLINT
              seeds.size());
  return 0;
}
