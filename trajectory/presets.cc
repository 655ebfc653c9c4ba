#include "cppet/trajectory/presets.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cppet {

void Presets::Add(absl::string_view full_name, Value value) {
  presets_.insert_or_assign(std::string(full_name), Preset{std::move(value)});
}

const Value* Presets::Find(absl::string_view full_name) const {
  const auto it = presets_.find(std::string(full_name));
  return it == presets_.end() ? nullptr : &it->second.value;
}

void Presets::MarkUsed(absl::string_view full_name) {
  const auto it = presets_.find(std::string(full_name));
  if (it != presets_.end()) it->second.used = true;
}

absl::Status Presets::Check() const {
  std::vector<absl::string_view> unused;
  for (const auto& [name, preset] : presets_) {
    if (!preset.used) unused.push_back(name);
  }
  if (unused.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("values were preset for what was never added: ",
                   absl::StrJoin(unused, ", ")));
}

}  // namespace cppet
