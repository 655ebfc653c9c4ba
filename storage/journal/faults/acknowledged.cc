#include "cppet/storage/journal/faults/acknowledged.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace cppet {

void Acknowledged::Add(absl::string_view output) {
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    if (!absl::ConsumePrefix(&line, "ACK ")) continue;
    int64_t index = 0;
    if (line == "trajectory") {
      trajectory = true;
    } else if (absl::ConsumePrefix(&line, "try ")) {
      if (absl::SimpleAtoi(line, &index)) tries.insert(index);
    } else if (absl::SimpleAtoi(line, &index)) {
      runs.insert(index);
    }
  }
}

}  // namespace cppet
