#include "cppet/environment/environment.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/base/version.h"
#include "cppet/environment/continuing/environment_snapshot.h"
#include "cppet/environment/continuing/snapshot_folder.h"
#include "cppet/environment/continuing/sweep_snapshots.h"
#include "cppet/environment/environment_config.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/journal/transactional_file.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

constexpr char kDefaultFolder[] = "./hdf5";
// Signals until the program ends at once: in this process nothing else stops a
// run; processes of their own are ended in an orderly way at the second one.
constexpr int kExitInProcess = 2;
constexpr int kExitWithProcesses = 3;

Hdf5StorageOptions Hdf5Options(const EnvironmentOptions& options) {
  Hdf5StorageOptions hdf5;
  hdf5.file_title = options.file_title;
  hdf5.durability = options.durability;
  hdf5.complevel = options.complevel;
  hdf5.complib = options.complib;
  hdf5.pandas_format = options.pandas_format;
  hdf5.dynamically_imported_classes = options.dynamically_imported_classes;
  hdf5.shuffle = options.shuffle;
  hdf5.fletcher32 = options.fletcher32;
  hdf5.small_overview_tables = options.small_overview_tables;
  hdf5.summary_tables = options.summary_tables;
  hdf5.large_overview_tables = options.large_overview_tables;
  hdf5.purge_duplicate_comments = options.purge_duplicate_comments;
  hdf5.results_per_run = options.results_per_run;
  hdf5.derived_parameters_per_run = options.derived_parameters_per_run;
  hdf5.pypet_version = options.pypet_version;
  hdf5.python_version = options.python_version;
  return hdf5;
}

// Why the trajectory of `snapshot` is not in its file, as `missing` says.
absl::Status NothingToContinue(const std::string& continue_folder,
                               const EnvironmentSnapshot& snapshot,
                               const absl::Status& missing) {
  const auto folder =
      SnapshotFolder::Open(continue_folder, snapshot.trajectory);
  CPPET_RETURN_IF_ERROR(folder.status());
  if ((*folder)->HasResults()) {
    return absl::NotFoundError(
        absl::StrCat(missing.message(), "; its runs, which ", (*folder)->path(),
                     " has snapshots of, were stored there"));
  }
  return absl::NotFoundError(absl::StrCat(
      "there is nothing to continue: the process of ", snapshot.trajectory,
      " ended before it stored anything, so begin anew (", missing.message(),
      ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Environment>> Environment::Create(
    EnvironmentOptions options) {
  const double timestamp = UnixNow();
  std::string name = options.trajectory;
  if (options.add_time) absl::StrAppend(&name, "_", FormatTime(timestamp));
  auto trajectory =
      std::make_unique<Trajectory>(std::move(name), options.comment);
  trajectory->set_timestamp(timestamp);
  CPPET_RETURN_IF_ERROR(
      WithPrefix("EnvironmentOptions.trajectory", trajectory->status()));
  auto environment = absl::WrapUnique(
      new Environment(std::move(trajectory), std::move(options)));
  environment->timestamp_ = timestamp;
  CPPET_RETURN_IF_ERROR(environment->Init());
  return environment;
}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Create(
    std::unique_ptr<Trajectory> loaded, EnvironmentOptions options) {
  if (loaded == nullptr) {
    return absl::InvalidArgumentError("Environment::Create: no trajectory");
  }
  auto environment =
      absl::WrapUnique(new Environment(std::move(loaded), std::move(options)));
  environment->timestamp_ = UnixNow();
  CPPET_RETURN_IF_ERROR(environment->Init());
  return environment;
}

Environment::Environment(std::unique_ptr<Trajectory> trajectory,
                         EnvironmentOptions options)
    : trajectory_(std::move(trajectory)), options_(std::move(options)) {}

Environment::~Environment() = default;

std::string Environment::time() const { return FormatTime(timestamp_); }

absl::Status Environment::Init() {
  CPPET_RETURN_IF_ERROR(ValidateOptions(options_));
  if (options_.ncores == 0) {
    options_.ncores = std::max(1u, std::thread::hardware_concurrency());
  }
  hexsha_ = EnvironmentHexsha(
      *trajectory_, timestamp_,
      options_.pypet_version.empty() ? kVersion : options_.pypet_version);
  name_ = absl::StrCat("environment_", absl::string_view(hexsha_).substr(0, 7),
                       "_", time());
  if (options_.log_level.has_value()) {
    log_folder_ =
        absl::StrCat(options_.log_folder, "/", trajectory_->name(), "/", name_);
    CPPET_RETURN_IF_ERROR(WithPrefix("EnvironmentOptions.log_folder",
                                     CheckFolderCanBeMade(log_folder_)));
  }
  if (options_.continuable) {
    CPPET_RETURN_IF_ERROR(
        WithPrefix("EnvironmentOptions.continue_folder",
                   CheckFolderCanBeMade(options_.continue_folder)));
  }
  CPPET_RETURN_IF_ERROR(InitStorage());
  AddEnvironmentConfig({name_, hexsha_, timestamp_}, options_, *trajectory_);
  return trajectory_->status();
}

absl::Status Environment::InitStorage() {
  if (options_.storage != nullptr) {
    storage_ = options_.storage;
    return absl::OkStatus();
  }
  if (!options_.use_hdf5) return absl::OkStatus();
  const std::string file = absl::StrCat(trajectory_->name(), ".hdf5");
  filename_ = options_.filename;
  std::error_code error;
  if (filename_.empty()) {
    filename_ = absl::StrCat(kDefaultFolder, "/", file);
    CPPET_RETURN_IF_ERROR(
        WithPrefix("folder of the file", CheckFolderCanBeMade(kDefaultFolder)));
  } else {
    if (absl::EndsWith(filename_, "/") || fs::is_directory(filename_, error)) {
      filename_ = fs::path(filename_) / file;
    }
    const fs::path folder = fs::path(filename_).parent_path();
    if (!folder.empty() && !fs::is_directory(folder, error)) {
      return absl::NotFoundError(
          absl::StrCat("EnvironmentOptions.filename = ", options_.filename,
                       ": there is no folder ", folder.string()));
    }
  }
  CPPET_ASSIGN_OR_RETURN(storage_,
                         OpenHdf5Storage(filename_, Hdf5Options(options_)));
  return absl::OkStatus();
}

absl::Status Environment::Store() {
  if (storage_ == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        trajectory_->name(), " cannot be stored: use_hdf5 is false"));
  }
  CPPET_RETURN_IF_ERROR(trajectory_->status());
  if (options_.storage == nullptr && options_.filename.empty()) {
    std::error_code error;
    fs::create_directories(kDefaultFolder, error);
    if (error) return absl::ErrnoToStatus(error.value(), kDefaultFolder);
  }
  const Interrupts::HoldExit hold_exit;
  absl::Status status = storage_->Store(*trajectory_);
  status.Update(storage_->Close());
  return status;
}

absl::StatusOr<Environment::Begun> Environment::OpenBegun(
    absl::string_view trajectory_name, const std::string& continue_folder,
    const std::type_info& returned) {
  CPPET_RETURN_IF_ERROR(CheckTrajectoryName(trajectory_name));
  absl::StatusOr<EnvironmentSnapshot> read =
      ReadEnvironmentSnapshot(continue_folder, trajectory_name);
  if (absl::IsNotFound(read.status())) {
    return absl::NotFoundError(absl::StrCat(
        "there is nothing to continue: no ",
        EnvironmentSnapshotPath(continue_folder, trajectory_name),
        ", as is there from before the first run until all are completed"));
  }
  CPPET_RETURN_IF_ERROR(read.status());
  const EnvironmentSnapshot& snapshot = *read;
  const std::string path =
      EnvironmentSnapshotPath(continue_folder, trajectory_name);

  Begun begun;
  CPPET_ASSIGN_OR_RETURN(begun.call.registered.function,
                         FindRunFunction(snapshot.function));
  const RegisteredRunFunction& function = *begun.call.registered.function;
  if (function.signature != snapshot.signature) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the run function ", function.name, " is ", function.signature,
        ", but was ", snapshot.signature, " in ", path));
  }
  if (function.returned != returned) {
    return absl::FailedPreconditionError(absl::StrCat(
        "Environment::Continue<", TypeName(returned), ">: the run function ",
        function.name, ", ", function.signature, ", needs <",
        TypeName(function.returned), ">"));
  }
  begun.call.registered.arguments = snapshot.arguments;
  absl::StatusOr<RunFunction> bound =
      function.bind(function.function, snapshot.arguments);
  if (!bound.ok()) return WithPrefix(path, bound.status());
  begun.call.function = *std::move(bound);
  begun.call.must_continue = true;

  EnvironmentOptions options = snapshot.options;
  options.continuable = true;
  options.continue_folder = continue_folder;
  CPPET_ASSIGN_OR_RETURN(
      const std::unique_ptr<StorageService> storage,
      OpenHdf5Storage(options.filename, Hdf5Options(options)));
  absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
      storage->Load(trajectory_name, LoadToContinue());
  if (absl::IsNotFound(loaded.status())) {
    return NothingToContinue(continue_folder, snapshot, loaded.status());
  }
  CPPET_RETURN_IF_ERROR(loaded.status());
  CPPET_RETURN_IF_ERROR(storage->Close());
  CPPET_RETURN_IF_ERROR(WithPrefix(path, CheckBelongs(snapshot, **loaded)));
  CPPET_ASSIGN_OR_RETURN(begun.environment,
                         Create(*std::move(loaded), std::move(options)));
  return begun;
}

absl::StatusOr<SweepSummary> Environment::RunErased(
    const Call& call, const TakeValue& take_value) {
  Trajectory& trajectory = *trajectory_;
  CPPET_RETURN_IF_ERROR(trajectory.status());
  CPPET_RETURN_IF_ERROR(trajectory.CheckPresets());
  std::unique_ptr<SweepSnapshots> snapshots;
  if (options_.continuable) {
    SnapshotRequest request;
    request.options = &options_;
    request.filename = filename_;
    request.environment = name_;
    request.hexsha = hexsha_;
    request.call = call.registered;
    request.must_continue = call.must_continue;
    CPPET_ASSIGN_OR_RETURN(
        snapshots, SweepSnapshots::Prepare(std::move(request), trajectory,
                                           *storage_, take_value));
  }
  int64_t first = 0;
  while (first < trajectory.length() && trajectory.completed(first)) ++first;
  if (first == trajectory.length()) {
    // It may have been killed before it could finish its file. What we have is
    // right whether that is possible now or not.
    if (options_.storage == nullptr && trajectory.stored()) {
      journal::RecoverFile(filename_).IgnoreError();
    }
    if (snapshots != nullptr && options_.delete_continue) {
      CPPET_RETURN_IF_ERROR(snapshots->Remove());
    }
    return SweepSummary();
  }

  std::unique_ptr<RunLog> log = RunLog::None();
  if (options_.log_level.has_value()) {
    RunLogOptions log_options;
    log_options.folder = log_folder_;
    log_options.level = *options_.log_level;
    log_options.capture_output = options_.log_stdout;
    CPPET_ASSIGN_OR_RETURN(log, RunLog::Open(log_options));
  }
  std::unique_ptr<Interrupts> interrupts;
  if (options_.graceful_exit) {
    absl::StatusOr<std::unique_ptr<Interrupts>> installed = Interrupts::Install(
        options_.multiproc ? kExitWithProcesses : kExitInProcess);
    // Another environment, in another thread, handles them already.
    if (!absl::IsFailedPrecondition(installed.status())) {
      CPPET_RETURN_IF_ERROR(installed.status());
      interrupts = *std::move(installed);
    }
  }

  const double start = UnixNow();
  trajectory.LockParameters();
  trajectory.LockDerivedParameters();
  AddStartConfig(name_, start, trajectory);
  const bool store = options_.automatic_storing && storage_ != nullptr;
  if (snapshots != nullptr) {
    if (snapshots->continued()) AddContinuedConfig(name_, trajectory);
    CPPET_RETURN_IF_ERROR(snapshots->Begin());
  }
  if (store) {
    const absl::Status stored = Store();
    if (!stored.ok()) {
      if (snapshots != nullptr) snapshots->RemoveUnlessStored();
      return stored;
    }
  }

  SweepOptions sweep;
  sweep.multiproc = options_.multiproc;
  sweep.ncores = options_.ncores;
  sweep.use_pool = options_.use_pool;
  sweep.wrap_mode = options_.wrap_mode;
  sweep.timeout = options_.timeout;
  sweep.progress = options_.progress;
  sweep.interrupts = interrupts.get();
  sweep.environment_hexsha = hexsha_.substr(0, 7);
  if (snapshots != nullptr) {
    sweep.before_storing = [&](const RunReport& report) {
      return snapshots->Save(report);
    };
  }
  log->Info(absl::StrCat("the runs of ", trajectory.name(), " start"));
  absl::StatusOr<SweepSummary> summary =
      RunSweep(trajectory, store ? storage_.get() : nullptr, call.function,
               take_value, *log, sweep);
  if (!summary.ok()) {
    // What the storage says now is no news.
    if (store) storage_->Close().IgnoreError();
    return summary;
  }
  AddFinishConfig(name_, start, UnixNow(), trajectory);
  if (store) CPPET_RETURN_IF_ERROR(Store());
  log->Info(absl::StrCat("the runs of ", trajectory.name(), " are finished, ",
                         summary->failures.size(), " failed"));
  if (snapshots != nullptr && options_.delete_continue &&
      summary->failures.empty() && !summary->interrupted) {
    CPPET_RETURN_IF_ERROR(snapshots->Remove());
  }
  return summary;
}

}  // namespace cppet
