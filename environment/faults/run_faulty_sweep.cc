#include "cppet/environment/faults/run_faulty_sweep.h"

#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/calls/return_codec.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/faults/side_files.h"
#include "cppet/environment/faults/sweep_values.h"
#include "cppet/environment/run_registry.h"
#include "cppet/environment/run_results.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

constexpr char kContinueFolder[] = "CONTINUE";

// Of the sweep that runs in this process; a registered run function has no
// other way to know.
struct Settings {
  SideFiles side_files;
  int64_t busy_us;
  bool pids;
};
std::optional<Settings> settings;

// What a run returns: its index, which is written down as acknowledged when it
// is decoded.
struct Acknowledged {
  int64_t index = 0;
};

}  // namespace

// cppet acknowledges a run when it hands what the run returned to the results,
// in the main process: "once it is stored, and only then" (RunSweep). That is
// where values are decoded, and besides only those of earlier processes when a
// sweep is continued. So this is the first moment at which a user may rely on a
// run, and what is written here is what no crash may take back.
template <>
struct ReturnCodec<Acknowledged> {
  static absl::StatusOr<std::string> Encode(const Acknowledged& value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  static absl::StatusOr<Acknowledged> Decode(absl::string_view bytes) {
    Acknowledged value;
    if (bytes.size() != sizeof(value)) {
      return absl::DataLossError("no index of a run");
    }
    std::memcpy(&value, bytes.data(), sizeof(value));
    settings->side_files.NoteAck(value.index);
    return value;
  }
};

namespace {

using Results = RunResults<Acknowledged>;

void Work(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

absl::StatusOr<Acknowledged> FaultyRun(Run& run) {
  settings->side_files.NoteCall(run.index());
  if (settings->pids) settings->side_files.NoteWorker();
  Work(std::chrono::microseconds(settings->busy_us));
  CPPET_RETURN_IF_ERROR(AddValues(run));
  return Acknowledged{run.index()};
}

CPPET_REGISTER_RUN_FUNCTION(FaultyRun);

EnvironmentOptions MakeOptions(const std::string& folder,
                               const FaultySweepOptions& options) {
  EnvironmentOptions environment;
  environment.trajectory = kFaultySweep;
  environment.add_time = false;
  environment.comment = "A sweep that something happens to";
  environment.filename = options.file.empty()
                             ? absl::StrCat(folder, "/", kFaultySweepFile)
                             : options.file;
  environment.log_level = std::nullopt;
  environment.multiproc = options.mode.multiproc;
  environment.use_pool = options.mode.use_pool;
  environment.wrap_mode = options.mode.wrap_mode;
  environment.ncores = options.ncores;
  environment.durability = options.durability;
  environment.progress = ProgressMode::kNever;
  environment.continuable = options.continuable;
  environment.continue_folder = absl::StrCat(folder, "/", kContinueFolder);
  return environment;
}

// Null if there is nothing to go on with.
absl::StatusOr<std::unique_ptr<Trajectory>> LoadSweep(
    const EnvironmentOptions& options) {
  Hdf5StorageOptions hdf5;
  hdf5.durability = options.durability;
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                         OpenHdf5Storage(options.filename, hdf5));
  absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
      storage->Load(kFaultySweep);
  if (absl::IsNotFound(loaded.status())) return nullptr;
  CPPET_RETURN_IF_ERROR(storage->Close());
  return loaded;
}

absl::StatusOr<Results> BeginSweep(const EnvironmentOptions& environment,
                                   int64_t runs) {
  // Of a process that was killed before it stored anything.
  std::error_code error;
  std::filesystem::remove_all(environment.continue_folder, error);
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Environment> made,
                         Environment::Create(environment));
  CPPET_RETURN_IF_ERROR(ExplorePoints(made->trajectory(), runs));
  return made->Run(FaultyRun);
}

absl::StatusOr<Results> GoOn(const EnvironmentOptions& environment,
                             int64_t runs) {
  if (environment.continuable) {
    absl::StatusOr<Continued<Acknowledged>> continued =
        Environment::Continue<Acknowledged>(kFaultySweep,
                                            environment.continue_folder);
    if (!absl::IsNotFound(continued.status())) {
      CPPET_RETURN_IF_ERROR(continued.status());
      const size_t known =
          continued->results.size() + continued->results.failures().size();
      if (known == runs) return std::move(continued->results);
      return absl::DataLossError(absl::StrCat("Continue returned what ", known,
                                              " runs of ", runs, " returned"));
    }
  }
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<Trajectory> loaded,
                         LoadSweep(environment));
  if (loaded == nullptr) return BeginSweep(environment, runs);
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Environment> made,
                         Environment::Create(std::move(loaded), environment));
  return made->Run(FaultyRun);
}

}  // namespace

absl::StatusOr<int64_t> RunFaultySweep(const std::string& folder,
                                       const FaultySweepOptions& options) {
  settings.emplace(Settings{SideFiles(folder), options.busy_us, options.pids});
  CPPET_RETURN_IF_ERROR(settings->side_files.Make());
  if (options.pids) settings->side_files.NoteMain();
  const EnvironmentOptions environment = MakeOptions(folder, options);
  CPPET_ASSIGN_OR_RETURN(const Results results,
                         options.go_on ? GoOn(environment, options.runs)
                                       : BeginSweep(environment, options.runs));
  return static_cast<int64_t>(results.failures().size());
}

}  // namespace cppet
