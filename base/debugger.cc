#include "cppet/base/debugger.h"

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"

namespace cppet {

bool UnderDebugger() {
  const absl::StatusOr<std::string> status = ReadFile("/proc/self/status");
  if (!status.ok()) return false;
  for (absl::string_view line : absl::StrSplit(*status, '\n')) {
    if (!absl::ConsumePrefix(&line, "TracerPid:")) continue;
    int64_t tracer = 0;
    return absl::SimpleAtoi(line, &tracer) && tracer != 0;
  }
  return false;
}

}  // namespace cppet
