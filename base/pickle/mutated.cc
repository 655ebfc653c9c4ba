#include "cppet/base/pickle/mutated.h"

#include <cstddef>

#include "absl/strings/string_view.h"

namespace cppet::pickle {

std::string Mutated(std::string pickle, std::mt19937* random) {
  const auto below = [random](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(*random);
  };
  // Instructions, and numbers that are large or negative.
  constexpr absl::string_view kLikely =
      "().012FIJKLMNPQRSTUVXabcdeghijlopqrstu}]GBC\x80\x81\x85\x86\x87\x8A\x8B"
      "\x8C\x8D\x8E\x8F\x90\x91\x92\x93\x94\x95\x96\xFF\x7F\x01\n-9";
  for (size_t edits = 1 + below(4); edits > 0 && !pickle.empty(); --edits) {
    const size_t at = below(pickle.size());
    switch (below(5)) {
      case 0:
        pickle[at] = static_cast<char>(below(256));
        break;
      case 1:
        pickle[at] = kLikely[below(kLikely.size())];
        break;
      case 2:
        pickle.erase(at, 1 + below(8));
        break;
      case 3:
        pickle.insert(at, 1, kLikely[below(kLikely.size())]);
        break;
      default:
        pickle.insert(at, pickle.substr(below(pickle.size()), below(16)));
    }
  }
  return pickle;
}

}  // namespace cppet::pickle
