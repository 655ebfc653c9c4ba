// Calls a fuzz target with its seeds, and then with damaged ones:
//
//   pickle_fuzz_test [--runs=RUNS] [--seed=SEED]
//
// The inputs are the same for the same arguments, so that a crash comes again.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/fuzz/mutation.h"

namespace {

void Run(const std::string& data) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(data.data()),
                         data.size());
}

// Takes the number from `argument` if it begins with `flag`.
bool Parse(absl::string_view argument, absl::string_view flag,
           int64_t* number) {
  return absl::ConsumePrefix(&argument, flag) &&
         absl::SimpleAtoi(argument, number);
}

}  // namespace

int main(int argc, char** argv) {
  int64_t runs = 0;
  int64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    if (!Parse(argv[i], "--runs=", &runs) &&
        !Parse(argv[i], "--seed=", &seed)) {
      std::fprintf(stderr, "what is %s?\n", argv[i]);
      return EXIT_FAILURE;
    }
  }
  std::mt19937 random(seed);
  const std::vector<std::string> seeds = cppet::FuzzSeeds();
  Run("");
  for (const std::string& whole : seeds) Run(whole);
  for (int64_t run = 0; run < runs; ++run) {
    Run(cppet::Damaged(seeds[random() % seeds.size()], &random));
  }
  std::printf("%lld runs of %zu seeds\n",
              static_cast<long long>(runs),  // NOLINT
              seeds.size());
  return EXIT_SUCCESS;
}
