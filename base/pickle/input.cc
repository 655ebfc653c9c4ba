#include "cppet/base/pickle/input.h"

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"

namespace cppet::pickle {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("it is no whole pickle: ", what));
}

absl::StatusOr<absl::string_view> Input::Take(uint64_t size) {
  if (size > rest_.size()) {
    return Broken(absl::StrCat("it ends before ", size, " bytes that it has"));
  }
  const absl::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

absl::StatusOr<absl::string_view> Input::TakeLine() {
  const size_t end = rest_.find('\n');
  if (end == absl::string_view::npos) return Broken("it ends within a line");
  const absl::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return line;
}

absl::StatusOr<uint64_t> Input::TakeNumber(int size) {
  CPPET_ASSIGN_OR_RETURN(const absl::string_view bytes, Take(size));
  uint64_t number = 0;
  for (int i = size; i-- > 0;) {
    number = number << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return number;
}

absl::StatusOr<absl::string_view> Input::TakeSized(int size) {
  CPPET_ASSIGN_OR_RETURN(const uint64_t length, TakeNumber(size));
  return Take(length);
}

}  // namespace cppet::pickle
