#include "cppet/base/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cppet {
namespace {

// The Damerau-Levenshtein distance (each pair swapped once), or some number
// above `limit` if it is above that.
size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) {
    return limit + 1;
  }
  // Row i holds the distances between the first i letters of `a` and all
  // beginnings of `b`.
  std::vector<size_t> before_previous, previous(b.size() + 1),
      current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = previous[j - 1] + (a[i - 1] != b[j - 1]);
      current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_previous[j - 2] + 1);
      }
    }
    if (*std::min_element(current.begin(), current.end()) > limit) {
      return limit + 1;
    }
    before_previous = std::exchange(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string NearestName(absl::string_view name,
                        absl::Span<const std::string> candidates) {
  size_t limit = std::max<size_t>(1, name.size() / 3);
  std::string nearest;
  bool found = false;
  for (const std::string& candidate : candidates) {
    // Letters that are all wrong are no misspelling, however few.
    const size_t longest = std::max(name.size(), candidate.size());
    const size_t distance = EditDistance(name, candidate, limit);
    if (distance >= longest && longest > 0) continue;
    if (distance < limit || (distance == limit && !found)) {
      nearest = candidate;
      limit = distance;
      found = true;
    }
  }
  return nearest;
}

}  // namespace cppet
