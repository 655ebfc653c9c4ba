#include "cppet/environment/options.h"

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "glog/logging.h"

namespace cppet {
namespace {

// More processes than any machine has use for, but few enough for its tables.
constexpr int kMaxProcesses = 4096;
// A year.
constexpr double kMaxTimeout = 366 * 24 * 3600.0;

template <typename T>
absl::Status Bad(absl::string_view field, const T& value,
                 absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("EnvironmentOptions.", field, " = ", value, ": ", rule));
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
  }
  LOG(FATAL) << "no wrap mode: " << static_cast<int>(mode);
}

absl::StatusOr<WrapMode> ParseWrapMode(absl::string_view name) {
  const std::string upper = absl::AsciiStrToUpper(name);
  for (const WrapMode mode :
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kNone, WrapMode::kLocal}) {
    if (upper == WrapModeName(mode)) return mode;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "wrap mode \"", name, "\": only LOCK, QUEUE, NONE and LOCAL are known"));
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

absl::Status ValidateOptions(const EnvironmentOptions& options) {
  if (options.log_level.has_value() &&
      (*options.log_level < 0 ||
       *options.log_level >= google::NUM_SEVERITIES)) {
    return Bad("log_level", *options.log_level,
               "not from 0 (INFO) to 3 (FATAL)");
  }
  if (options.log_level.has_value() && options.log_folder.empty()) {
    return Bad("log_folder", "\"\"", "no folder for logs");
  }
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

}  // namespace cppet
