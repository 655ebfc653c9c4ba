#include "cppet/environment/faults/sweep_mode.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"

namespace cppet {
namespace {

std::vector<SweepMode> AllSweepModes() {
  std::vector<SweepMode> modes = {SweepMode()};
  for (const bool pool : {false, true}) {
    for (const WrapMode wrap_mode :
         {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal, WrapMode::kNone,
          WrapMode::kPipe}) {
      modes.push_back({true, pool, wrap_mode});
    }
  }
  return modes;
}

}  // namespace

std::string SweepModeName(const SweepMode& mode) {
  if (!mode.multiproc) return "in_process";
  return absl::StrCat(mode.use_pool ? "pool_" : "fork_",
                      absl::AsciiStrToLower(WrapModeName(mode.wrap_mode)));
}

absl::StatusOr<std::vector<SweepMode>> ParseSweepModes(
    absl::string_view names) {
  const std::vector<SweepMode> all = AllSweepModes();
  if (names == "all") return all;
  std::vector<SweepMode> modes;
  for (const absl::string_view name : absl::StrSplit(names, ',')) {
    const auto found = std::find_if(
        all.begin(), all.end(),
        [&](const SweepMode& mode) { return SweepModeName(mode) == name; });
    if (found == all.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "mode \"", name, "\": only ",
          absl::StrJoin(all, ", ",
                        [](std::string* out, const SweepMode& mode) {
                          out->append(SweepModeName(mode));
                        }),
          " are known"));
    }
    modes.push_back(*found);
  }
  return modes;
}

absl::StatusOr<SweepMode> MakeSweepMode(absl::string_view executor,
                                        absl::string_view wrap_mode) {
  SweepMode mode;
  if (executor == "in_process") return mode;
  mode.multiproc = true;
  mode.use_pool = executor == "pool";
  if (!mode.use_pool && executor != "fork") {
    return absl::InvalidArgumentError(
        absl::StrCat("executor \"", executor,
                     "\": only in_process, fork and pool are known"));
  }
  CPPET_ASSIGN_OR_RETURN(mode.wrap_mode, ParseWrapMode(wrap_mode));
  return mode;
}

}  // namespace cppet
