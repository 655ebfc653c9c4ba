#ifndef CPPET_BASE_NEAREST_NAME_H_
#define CPPET_BASE_NEAREST_NAME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cppet {

// Returns the candidate that `name` is most likely a misspelling of, or "" if
// it is not like any of them; of equally near ones, the first. A third of the
// letters (but at least one) may be wrong, missing, too many or swapped with
// their neighbours.
//
//   NearestName("paramters", {"results", "parameters"})  // "parameters"
std::string NearestName(absl::string_view name,
                        absl::Span<const std::string> candidates);

}  // namespace cppet

#endif  // CPPET_BASE_NEAREST_NAME_H_
