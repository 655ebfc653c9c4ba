#include "cppet/environment/continuing/environment_snapshot.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cereal/types/map.hpp"
#include "cereal/types/optional.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/utility.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/environment/calls/cereal_codec.h"
#include "cppet/storage/run_columns.h"
#include "glog/logging.h"

namespace cppet {
namespace {

constexpr int kNoLogLevel = -1;

// An enum whose last value is `last`.
template <typename Enum>
void CheckEnum(Enum value, Enum last) {
  const auto number = static_cast<std::underlying_type_t<Enum>>(value);
  if (number < 0 || number > static_cast<std::underlying_type_t<Enum>>(last)) {
    throw cereal::Exception("an option has a value that cannot be");
  }
}

std::set<std::string> AsSet(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

// cereal finds these by the namespace of their types.
template <typename Archive>
void serialize(Archive& archive, EnvironmentOptions& options) {
  int log_level = options.log_level.value_or(kNoLogLevel);
  archive(options.trajectory, options.automatic_storing, options.log_folder,
          log_level, options.log_stdout, options.multiproc, options.ncores,
          options.use_pool, options.wrap_mode, options.filename,
          options.file_title, options.complevel, options.complib,
          options.pandas_format, options.shuffle, options.fletcher32,
          options.purge_duplicate_comments, options.summary_tables,
          options.small_overview_tables, options.large_overview_tables,
          options.durability, options.results_per_run,
          options.derived_parameters_per_run, options.use_hdf5,
          options.pypet_version, options.python_version, options.timeout,
          options.progress, options.graceful_exit, options.continuable,
          options.continue_folder, options.delete_continue,
          options.dynamically_imported_classes, options.do_single_runs,
          options.clean_up_runs, options.lazy_debug, options.cpu_cap,
          options.memory_cap, options.swap_cap, options.immediate_postproc,
          options.niceness, options.cpu_affinity, options.resource_slots,
          options.retries, options.max_failures, options.seed, options.encoding,
          options.pandas_append, options.git_repository, options.git_message,
          options.git_mode, options.sumatra_project, options.sumatra_reason,
          options.sumatra_label, options.result_layout);
  options.log_level =
      log_level == kNoLogLevel ? std::nullopt : std::optional<int>(log_level);
  CheckEnum(options.wrap_mode, WrapMode::kPipe);
  CheckEnum(options.durability, Durability::kNone);
  CheckEnum(options.progress, ProgressMode::kNever);
  CheckEnum(options.git_mode, GitMode::kRefuse);
  CheckEnum(options.result_layout, ResultLayout::kColumns);
}

template <typename Archive>
void serialize(Archive& archive, FunctionSnapshot& function) {
  archive(function.name, function.signature, function.arguments);
}

template <typename Archive>
void serialize(Archive& archive, EnvironmentSnapshot& snapshot) {
  archive(snapshot.trajectory, snapshot.timestamp, snapshot.length,
          snapshot.explored_names, snapshot.completed_before,
          snapshot.environment, snapshot.hexsha, snapshot.function,
          snapshot.postprocessing, snapshot.options);
}

RunRanges CompletedRuns(const Trajectory& trajectory) {
  RunRanges runs;
  for (int64_t i = 0; i < trajectory.length(); ++i) {
    if (!trajectory.completed(i)) continue;
    if (runs.empty() || runs.back().second != i) runs.emplace_back(i, i);
    ++runs.back().second;
  }
  return runs;
}

bool Contains(const RunRanges& runs, int64_t index) {
  const auto after = std::upper_bound(
      runs.begin(), runs.end(), index,
      [](int64_t i, const auto& range) { return i < range.first; });
  return after != runs.begin() && index < std::prev(after)->second;
}

EnvironmentSnapshot SnapshotOf(const Trajectory& trajectory) {
  EnvironmentSnapshot snapshot;
  snapshot.trajectory = trajectory.name();
  snapshot.timestamp = trajectory.timestamp();
  snapshot.length = trajectory.length();
  snapshot.explored_names = trajectory.explored_names();
  snapshot.completed_before = CompletedRuns(trajectory);
  return snapshot;
}

absl::Status CheckBelongs(const EnvironmentSnapshot& snapshot,
                          const Trajectory& trajectory) {
  std::string difference;
  if (trajectory.name() != snapshot.trajectory) {
    difference = absl::StrCat("they are of ", snapshot.trajectory);
  } else if (trajectory.timestamp() != snapshot.timestamp) {
    difference = absl::StrCat(
        "they are of one of the same name that was made ",
        trajectory.timestamp() < snapshot.timestamp ? "later" : "earlier");
  } else if (trajectory.length() < snapshot.length) {
    difference = absl::StrCat("they are of one with ", snapshot.length,
                              " runs, and it has ", trajectory.length());
  } else if (AsSet(trajectory.explored_names()) !=
             AsSet(snapshot.explored_names)) {
    difference = absl::StrCat(
        "they are of one that explores ",
        absl::StrJoin(AsSet(snapshot.explored_names), ", "), ", and it does ",
        absl::StrJoin(AsSet(trajectory.explored_names()), ", "));
  } else {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the snapshots do not belong to the trajectory ",
                   trajectory.name(), ": ", difference));
}

std::string EncodeEnvironmentSnapshot(const EnvironmentSnapshot& snapshot) {
  absl::StatusOr<std::string> bytes = EncodeWithCereal(snapshot);
  CHECK(bytes.ok()) << bytes.status();
  return *std::move(bytes);
}

absl::StatusOr<EnvironmentSnapshot> DecodeEnvironmentSnapshot(
    absl::string_view bytes) {
  return DecodeWithCereal<EnvironmentSnapshot>(bytes);
}

}  // namespace cppet
