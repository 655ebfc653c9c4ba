#ifndef CPPET_STORAGE_DURABILITY_H_
#define CPPET_STORAGE_DURABILITY_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet {

// What a file survives, once a call that stores has returned.
enum class Durability {
  // Power loss, a crash of the system, and all of kProcess.
  kPower,
  // Any end of the process, kill -9 included. Saves waiting for the disk.
  kProcess,
  // Nothing is promised: plain HDF5, whose file a crash may break. To compare
  // with.
  kNone,
};

// "power", "process" or "none".
absl::string_view DurabilityName(Durability durability);

// The durability of that name.
//
// Errors:
//   kInvalidArgument: there is none.
absl::StatusOr<Durability> ParseDurability(absl::string_view name);

}  // namespace cppet

#endif  // CPPET_STORAGE_DURABILITY_H_
