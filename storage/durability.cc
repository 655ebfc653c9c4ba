#include "cppet/storage/durability.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cppet {

absl::string_view DurabilityName(Durability durability) {
  switch (durability) {
    case Durability::kPower:
      return "power";
    case Durability::kProcess:
      return "process";
    case Durability::kNone:
      return "none";
  }
  return "";
}

absl::StatusOr<Durability> ParseDurability(absl::string_view name) {
  for (const Durability durability :
       {Durability::kPower, Durability::kProcess, Durability::kNone}) {
    if (name == DurabilityName(durability)) return durability;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "durability \"", name, "\": only power, process and none are known"));
}

}  // namespace cppet
