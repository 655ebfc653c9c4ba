#include "cppet/environment/faults/kill_sweeps.h"

#include <filesystem>
#include <random>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/testing.h"
#include "cppet/environment/faults/h5py_reader.h"
#include "cppet/environment/faults/kill_trial.h"
#include "cppet/environment/faults/sweep_process.h"

namespace cppet {
namespace {

absl::Status Keep(const std::string& folder, const std::string& to) {
  std::error_code error;
  std::filesystem::create_directories(to, error);
  std::filesystem::copy(folder, to,
                        std::filesystem::copy_options::recursive |
                            std::filesystem::copy_options::overwrite_existing,
                        error);
  if (error) return absl::ErrnoToStatus(error.value(), to);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<KillTrialOptions>> MakeTrialOptions(
    const KillSweepsOptions& options, H5pyReader* h5py) {
  std::vector<KillTrialOptions> trials;
  for (const SweepMode& mode : options.modes) {
    KillTrialOptions& trial = trials.emplace_back();
    trial.sweep = options.sweep;
    trial.sweep.mode = mode;
    trial.again = options.again;
    trial.h5py = options.h5py ? h5py : nullptr;
    const TempDirectory folder;
    CPPET_ASSIGN_OR_RETURN(trial.undisturbed,
                           MeasureSweep(folder.path(), trial.sweep));
    if (trial.undisturbed.digest != trials[0].undisturbed.digest) {
      return absl::InternalError(absl::StrCat(
          SweepModeName(mode), " has other results than the first mode"));
    }
  }
  return trials;
}

}  // namespace

absl::StatusOr<KillReport> KillSweeps(const KillSweepsOptions& options) {
  AdoptOrphans();
  H5pyReader h5py;
  CPPET_ASSIGN_OR_RETURN(const std::vector<KillTrialOptions> trials,
                         MakeTrialOptions(options, &h5py));
  KillReport report;
  for (const SweepMode& mode : options.modes) {
    report.emplace_back(SweepModeName(mode), KillCounts());
  }
  int64_t kills = 0;
  const absl::Time end = absl::Now() + options.time;
  for (int64_t i = 0; kills < options.kills && absl::Now() < end; ++i) {
    const TempDirectory folder;
    std::seed_seq seed = {options.seed, static_cast<uint64_t>(i)};
    std::mt19937_64 random(seed);
    CPPET_ASSIGN_OR_RETURN(
        const KillTrialResult result,
        RunKillTrial(folder.path(), trials[i % trials.size()], random));
    report[i % trials.size()].second += result.counts;
    kills += result.counts.kills;
    if (options.log != nullptr) {
      for (const std::string& violation : result.violations) {
        *options.log << "sweep " << i << ": " << violation << std::endl;
      }
    }
    if (!options.keep.empty() && !result.violations.empty()) {
      CPPET_RETURN_IF_ERROR(
          Keep(folder.path(), absl::StrCat(options.keep, "/sweep_", i)));
    }
  }
  return report;
}

}  // namespace cppet
