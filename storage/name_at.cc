#include "cppet/storage/name_at.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cppet {

absl::StatusOr<std::string> NameAt(const std::vector<std::string>& names,
                                   int64_t index) {
  const int64_t size = names.size();
  if (index >= -size && index < size) {
    return names[index < 0 ? index + size : index];
  }
  return absl::NotFoundError(absl::StrCat("there is no trajectory number ",
                                          index, " in it; there are ", size));
}

}  // namespace cppet
