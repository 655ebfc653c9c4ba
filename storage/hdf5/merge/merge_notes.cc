#include "cppet/storage/hdf5/merge/merge_notes.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/time_format.h"
#include "cppet/base/version.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kShortHash = 7;

// pypet keeps ints in 32 bits, which hold any number of runs.
int32_t Count(int64_t runs) { return static_cast<int32_t>(runs); }

std::string HashOf(const Trajectory& into, const Trajectory& other) {
  return Sha1Hex(absl::StrCat(into.name(), PythonRepr(into.timestamp()),
                              other.name(), PythonRepr(other.timestamp()),
                              kVersion));
}

}  // namespace

absl::Status AddMergeNotes(const Trajectory& into, const Trajectory& other,
                           const MergePlan& plan, const MergeOptions& options,
                           double now, Trajectory* notes) {
  const std::string hash = HashOf(into, other);
  const std::string base = absl::StrCat(
      "merge.merge_", hash.substr(0, kShortHash), "_", FormatTime(now));
  std::string group = base;
  for (int i = 1;
       into.tree().FindExact(absl::StrCat("config.", group)) != nullptr; ++i) {
    group = absl::StrCat(base, "_", i);
  }
  const auto add = [&](absl::string_view name, const auto& value,
                       absl::string_view comment) {
    notes->AddConfig(absl::StrCat(group, ".", name), value, comment);
  };
  CPPET_RETURN_IF_ERROR(notes->AddConfigGroup(
      "merge", "What was merged into this trajectory, and when"));
  add("timestamp", now, "When it was merged, in Unix time");
  add("hexsha", hash, "SHA-1 of both trajectories, tells merges apart");
  add("remove_duplicates", options.remove_duplicates,
      "Were runs left out at points that were there?");
  if (!options.ignore.empty()) {
    add("ignore_data", Value::Tuple(options.ignore),
        "What of the other trajectory was left out");
  }
  add("length_before_merge", Count(into.length()), "Runs before the merge");
  add("merged_runs", Count(plan.taken), "Runs that were taken over");
  if (!plan.trial_parameter.empty()) {
    add("trial_parameter", Count(other.length()),
        absl::StrCat("Runs of the other trajectory, whose trials are in ",
                     plan.trial_parameter));
  }
  if (into.version() != kVersion) {
    add("version", kVersion, "What merged them, if not what wrote the file");
  }
  if (!options.keep_other_trajectory_info) return notes->status();
  const auto add_other = [&](absl::string_view name, const auto& value,
                             absl::string_view comment) {
    add(absl::StrCat("other_trajectory.", name), value, comment);
  };
  add_other("name", other.name(), "Name of what was merged in");
  add_other("timestamp", other.timestamp(), "When it was made, in Unix time");
  add_other("length", Count(other.length()), "Runs that it has");
  if (!other.comment().empty()) {
    add_other("comment", other.comment(), "What it says of itself");
  }
  if (other.version() != into.version()) {
    add_other("version", other.version(), "What wrote it, if not the same");
  }
  return notes->status();
}

}  // namespace cppet::hdf5
