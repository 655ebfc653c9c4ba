#include "cppet/environment/options.h"

#include <sched.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "glog/logging.h"

namespace cppet {
namespace {

// More processes than any machine has use for, but few enough for its tables.
constexpr int kMaxProcesses = 4096;
// A year.
constexpr double kMaxTimeout = 366 * 24 * 3600.0;
// The system's.
constexpr int kMaxNiceness = 19;

template <typename T>
absl::Status Bad(absl::string_view field, const T& value,
                 absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("EnvironmentOptions.", field, " = ", value, ": ", rule));
}

bool IsVariableName(absl::string_view name) {
  return !name.empty() && !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_';
         });
}

absl::Status CheckLogging(const EnvironmentOptions& options) {
  if (!options.log_level.has_value()) return absl::OkStatus();
  if (*options.log_level < 0 || *options.log_level >= google::NUM_SEVERITIES) {
    return Bad("log_level", *options.log_level,
               "not from 0 (INFO) to 3 (FATAL)");
  }
  if (options.log_folder.empty()) {
    return Bad("log_folder", "\"\"", "no folder for logs");
  }
  return absl::OkStatus();
}

absl::Status CheckProcesses(const EnvironmentOptions& options) {
  if (options.ncores < 0 || options.ncores > kMaxProcesses) {
    return Bad("ncores", options.ncores,
               absl::StrCat("not from 0 (all cores) to ", kMaxProcesses));
  }
  // Also refuses NaN.
  if (!(options.timeout >= 0 && options.timeout <= kMaxTimeout)) {
    return Bad("timeout", options.timeout,
               "not from 0 (no limit) to a year in seconds");
  }
  if (options.timeout > 0 && !options.multiproc) {
    return Bad("timeout", options.timeout,
               "only runs in processes of their own can be stopped, so it "
               "needs multiproc");
  }
  for (const auto& [field, cap] : {std::pair("cpu_cap", options.cpu_cap),
                                   std::pair("memory_cap", options.memory_cap),
                                   std::pair("swap_cap", options.swap_cap)}) {
    if (!(cap > 0 && cap <= 1)) {
      return Bad(field, cap, "a fraction is needed, above 0 and up to 1");
    }
  }
  if (options.niceness < 0 || options.niceness > kMaxNiceness) {
    return Bad("niceness", options.niceness,
               absl::StrCat("not from 0 to ", kMaxNiceness));
  }
  for (const int core : options.cpu_affinity) {
    if (core < 0 || core >= CPU_SETSIZE) {
      return Bad(
          "cpu_affinity", core,
          absl::StrCat("not the number of a core, 0 to ", CPU_SETSIZE - 1));
    }
  }
  for (const auto& [variable, values] : options.resource_slots) {
    const std::string field = absl::StrCat("resource_slots[", variable, "]");
    if (!IsVariableName(variable)) {
      return Bad(field, "...", "not the name of an environment variable");
    }
    if (values.empty()) return Bad(field, "{}", "no value to have");
  }
  return absl::OkStatus();
}

absl::Status CheckRuns(const EnvironmentOptions& options) {
  if (options.retries < 0) return Bad("retries", options.retries, "negative");
  if (options.max_failures.value_or(0) < 0) {
    return Bad("max_failures", *options.max_failures, "negative");
  }
  if (!options.immediate_postproc) return absl::OkStatus();
  if (options.use_pool) {
    return Bad("immediate_postproc", "true",
               "the processes of a pool do not get to know of an expansion; "
               "use_pool must be false");
  }
  if (options.wrap_mode == WrapMode::kQueue ||
      options.wrap_mode == WrapMode::kPipe) {
    return Bad("immediate_postproc", "true",
               absl::StrCat("the file belongs to the process that stores while "
                            "runs are at work, so wrap_mode cannot be ",
                            WrapModeName(options.wrap_mode)));
  }
  return absl::OkStatus();
}

absl::Status CheckContinuable(const EnvironmentOptions& options) {
  if (!options.continuable) return absl::OkStatus();
  if (options.storage != nullptr) {
    return Bad("continuable", "true", "it needs HDF5, and no other `storage`");
  }
  if (!options.use_hdf5) {
    return Bad("continuable", "true", "it needs use_hdf5");
  }
  if (!options.automatic_storing) {
    return Bad("continuable", "true", "it needs automatic_storing");
  }
  if (options.continue_folder.empty()) {
    return Bad("continue_folder", "\"\"", "no folder for snapshots");
  }
  return absl::OkStatus();
}

bool IsLabel(absl::string_view label) {
  return std::all_of(label.begin(), label.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

absl::Status CheckProvenance(const EnvironmentOptions& options) {
  if (options.git_repository.empty()) {
    if (!options.git_message.empty()) {
      return Bad("git_message", options.git_message,
                 "there is nothing to commit without git_repository");
    }
    if (options.git_mode != GitMode::kCommit) {
      return Bad("git_mode", GitModeName(options.git_mode),
                 "it needs git_repository");
    }
  }
  if (options.sumatra_project.empty()) {
    for (const auto& [field, value] :
         {std::pair("sumatra_reason", options.sumatra_reason),
          std::pair("sumatra_label", options.sumatra_label)}) {
      if (!value.empty()) {
        return Bad(field, value, "there is no record without sumatra_project");
      }
    }
  }
  // It is in names of config.sumatra.
  if (!IsLabel(options.sumatra_label)) {
    return Bad("sumatra_label", options.sumatra_label,
               "only letters, digits, '_' and '-' may be in it");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view WrapModeName(WrapMode mode) {
  switch (mode) {
    case WrapMode::kLock:
      return "LOCK";
    case WrapMode::kQueue:
      return "QUEUE";
    case WrapMode::kNone:
      return "NONE";
    case WrapMode::kLocal:
      return "LOCAL";
    case WrapMode::kPipe:
      return "PIPE";
  }
  LOG(FATAL) << "no wrap mode: " << static_cast<int>(mode);
}

absl::StatusOr<WrapMode> ParseWrapMode(absl::string_view name) {
  const std::string upper = absl::AsciiStrToUpper(name);
  for (const WrapMode mode :
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kNone, WrapMode::kLocal,
        WrapMode::kPipe}) {
    if (upper == WrapModeName(mode)) return mode;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("wrap mode \"", name,
                   "\": only LOCK, QUEUE, NONE, LOCAL and PIPE are known"));
}

absl::string_view ProgressModeName(ProgressMode mode) {
  switch (mode) {
    case ProgressMode::kAuto:
      return "auto";
    case ProgressMode::kAlways:
      return "always";
    case ProgressMode::kNever:
      return "never";
  }
  LOG(FATAL) << "no progress mode: " << static_cast<int>(mode);
}

absl::StatusOr<ProgressMode> ParseProgressMode(absl::string_view name) {
  for (const ProgressMode mode :
       {ProgressMode::kAuto, ProgressMode::kAlways, ProgressMode::kNever}) {
    if (name == ProgressModeName(mode)) return mode;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "progress \"", name, "\": only auto, always and never are known"));
}

absl::string_view GitModeName(GitMode mode) {
  switch (mode) {
    case GitMode::kCommit:
      return "commit";
    case GitMode::kRecord:
      return "record";
    case GitMode::kRefuse:
      return "refuse";
  }
  LOG(FATAL) << "no git mode: " << static_cast<int>(mode);
}

absl::StatusOr<GitMode> ParseGitMode(absl::string_view name) {
  for (const GitMode mode :
       {GitMode::kCommit, GitMode::kRecord, GitMode::kRefuse}) {
    if (name == GitModeName(mode)) return mode;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "git mode \"", name, "\": only commit, record and refuse are known"));
}

absl::Status ValidateOptions(const EnvironmentOptions& options) {
  if (options.encoding != "utf8" && options.encoding != "utf-8") {
    return Bad("encoding", options.encoding, "text is kept as utf8 only");
  }
  if (options.pandas_append && options.pandas_format != "table") {
    return Bad("pandas_append", "true",
               "rows can be appended to data frames with pandas_format = "
               "\"table\" only");
  }
  CPPET_RETURN_IF_ERROR(CheckLogging(options));
  CPPET_RETURN_IF_ERROR(CheckProcesses(options));
  CPPET_RETURN_IF_ERROR(CheckRuns(options));
  CPPET_RETURN_IF_ERROR(CheckProvenance(options));
  return CheckContinuable(options);
}

}  // namespace cppet
