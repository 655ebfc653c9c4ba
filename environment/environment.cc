#include "cppet/environment/environment.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <random>
#include <system_error>
#include <thread>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/debugger.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/base/version.h"
#include "cppet/environment/calls/type_name.h"
#include "cppet/environment/continuing/environment_snapshot.h"
#include "cppet/environment/continuing/snapshot_folder.h"
#include "cppet/environment/continuing/sweep_snapshots.h"
#include "cppet/environment/environment_config.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/interrupts.h"
#include "cppet/environment/provenance/code_version.h"
#include "cppet/environment/provenance/sumatra_recording.h"
#include "cppet/environment/scheduling/placement.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/lazy_storage.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

constexpr char kDefaultFolder[] = "./hdf5";
constexpr char kStoresNothing[] =
    "a debugger is at work, so nothing is stored and there are no snapshots "
    "(EnvironmentOptions.lazy_debug)";
Hdf5StorageOptions Hdf5Options(const EnvironmentOptions& options) {
  Hdf5StorageOptions hdf5;
  hdf5.file_title = options.file_title;
  hdf5.durability = options.durability;
  hdf5.result_layout = options.result_layout;
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

// The registered function of `snapshot`, which is in `path`, with its
// arguments. `results` is the T of the RunResults<T> that it must lead to or
// take.
template <typename Bound>
absl::StatusOr<Bound> BindSnapshot(const FunctionSnapshot& snapshot,
                                   const std::string& path,
                                   const std::type_info& results,
                                   RegisteredCall<Bound>* call) {
  CPPET_ASSIGN_OR_RETURN(call->function, FindFunction<Bound>(snapshot.name));
  const RegisteredFunction<Bound>& function = *call->function;
  if (function.signature != snapshot.signature) {
    return absl::FailedPreconditionError(
        absl::StrCat("the function ", function.name, " is ", function.signature,
                     ", but was ", snapshot.signature, " in ", path));
  }
  if (function.results != results) {
    return absl::FailedPreconditionError(absl::StrCat(
        "Environment::Continue<", TypeName(results), ">: the function ",
        function.name, ", ", function.signature, ", needs <",
        TypeName(function.results), ">"));
  }
  call->arguments = snapshot.arguments;
  absl::StatusOr<Bound> bound =
      function.bind(function.function, snapshot.arguments);
  if (!bound.ok()) return WithPrefix(path, bound.status());
  return bound;
}

// The seed of the system's.
uint64_t RandomSeed() {
  std::random_device random;
  return (uint64_t{random()} << 32) ^ random();
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
  if (options_.multiproc) {
    CPPET_RETURN_IF_ERROR(CheckAffinity(options_.cpu_affinity));
  }
  if (options_.ncores == 0) {
    options_.ncores = std::max(1u, std::thread::hardware_concurrency());
  }
  const std::string log_folder =
      absl::StrCat(options_.log_folder, "/", trajectory_->name());
  if (options_.log_level.has_value()) {
    CPPET_RETURN_IF_ERROR(WithPrefix("EnvironmentOptions.log_folder",
                                     CheckFolderCanBeMade(log_folder)));
  }
  if (options_.continuable) {
    CPPET_RETURN_IF_ERROR(
        WithPrefix("EnvironmentOptions.continue_folder",
                   CheckFolderCanBeMade(options_.continue_folder)));
  }
  CPPET_RETURN_IF_ERROR(InitStorage());
  CPPET_RETURN_IF_ERROR(InitProvenance());
  if (hexsha_.empty()) {
    hexsha_ = EnvironmentHexsha(
        *trajectory_, timestamp_,
        options_.pypet_version.empty() ? kVersion : options_.pypet_version);
  }
  name_ = absl::StrCat("environment_", absl::string_view(hexsha_).substr(0, 7),
                       "_", time());
  if (options_.log_level.has_value()) {
    log_folder_ = absl::StrCat(log_folder, "/", name_);
  }
  if (!options_.seed.has_value()) options_.seed = SeedInConfig(*trajectory_);
  if (!options_.seed.has_value()) options_.seed = RandomSeed();
  trajectory_->set_seed(*options_.seed);
  AddEnvironmentConfig({name_, hexsha_, timestamp_}, options_, *trajectory_);
  if (code_ != nullptr) code_->AddConfig(name_, *trajectory_);
  return trajectory_->status();
}

absl::Status Environment::InitProvenance() {
  // What is done under a debugger is no experiment.
  if (stores_nothing()) return absl::OkStatus();
  if (!options_.git_repository.empty()) {
    CPPET_RETURN_IF_ERROR(trajectory_->status());
    CPPET_RETURN_IF_ERROR(CheckNameIsFree());
    CPPET_ASSIGN_OR_RETURN(code_, CodeVersion::Open(options_));
  }
  if (!options_.sumatra_project.empty()) {
    CPPET_ASSIGN_OR_RETURN(
        recording_,
        SumatraRecording::Open(options_, code_ != nullptr && code_->commits()
                                             ? code_->root()
                                             : ""));
  }
  if (code_ != nullptr) {
    CPPET_ASSIGN_OR_RETURN(hexsha_, code_->Fix(*trajectory_));
  }
  return absl::OkStatus();
}

absl::Status Environment::CheckNameIsFree() {
  if (storage_ == nullptr || trajectory_->stored()) return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> names = storage_->List();
  // There may be no file yet, and not every storage can tell.
  if (absl::IsNotFound(names.status()) ||
      absl::IsUnimplemented(names.status())) {
    return absl::OkStatus();
  }
  CPPET_RETURN_IF_ERROR(names.status());
  CPPET_RETURN_IF_ERROR(storage_->Close());
  const std::string& name = trajectory_->name();
  if (std::find(names->begin(), names->end(), name) == names->end()) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(
      absl::StrCat(filename_, " has a trajectory ", name, " already"));
}

absl::Status Environment::InitStorage() {
  if (options_.storage == nullptr && !options_.use_hdf5) {
    return absl::OkStatus();
  }
  if (options_.lazy_debug && UnderDebugger()) {
    warning_ = kStoresNothing;
    options_.continuable = false;
    std::cerr << "cppet: " << warning_ << std::endl;
  }
  if (options_.storage != nullptr) {
    if (stores_nothing()) return OpenStorage();
    storage_ = options_.storage;
    return absl::OkStatus();
  }
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
  return OpenStorage();
}

absl::Status Environment::OpenStorage() {
  if (stores_nothing()) {
    // No file is to be looked after.
    options_.storage = storage_ = MakeLazyStorage();
    return absl::OkStatus();
  }
  CPPET_ASSIGN_OR_RETURN(storage_,
                         OpenHdf5Storage(filename_, Hdf5Options(options_)));
  return absl::OkStatus();
}

absl::Status Environment::CheckOverviewsCanChange() const {
  if (stores_nothing()) return absl::OkStatus();
  if (options_.storage != nullptr || !options_.use_hdf5) {
    return absl::FailedPreconditionError(
        "overview tables are those of an HDF5 file, and there is none");
  }
  if (trajectory_->stored()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the overview tables of ", trajectory_->name(),
                     " cannot change any more: it is stored"));
  }
  return absl::OkStatus();
}

absl::Status Environment::SetLargeOverview(bool on) {
  CPPET_RETURN_IF_ERROR(CheckOverviewsCanChange());
  options_.large_overview_tables = on;
  return OpenStorage();
}

absl::Status Environment::SetSmallOverview(bool on) {
  CPPET_RETURN_IF_ERROR(CheckOverviewsCanChange());
  options_.small_overview_tables = on;
  return OpenStorage();
}

absl::Status Environment::SetSummary(bool on) {
  CPPET_RETURN_IF_ERROR(CheckOverviewsCanChange());
  options_.summary_tables = on;
  options_.purge_duplicate_comments = on;
  return OpenStorage();
}

absl::Status Environment::SwitchOffAllOverview() {
  CPPET_RETURN_IF_ERROR(SetSummary(false));
  CPPET_RETURN_IF_ERROR(SetSmallOverview(false));
  return SetLargeOverview(false);
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
    const std::type_info& results) {
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
  CPPET_ASSIGN_OR_RETURN(
      begun.call.function,
      BindSnapshot(snapshot.function, path, results, &begun.call.registered));
  begun.call.must_continue = true;
  std::optional<Postprocessing> postprocessing;
  if (!snapshot.postprocessing.name.empty()) {
    postprocessing.emplace();
    postprocessing->results = results;
    CPPET_ASSIGN_OR_RETURN(postprocessing->function,
                           BindSnapshot(snapshot.postprocessing, path, results,
                                        &postprocessing->registered));
  }

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
  begun.environment->postprocessing_ = std::move(postprocessing);
  return begun;
}

absl::Status Environment::RunErased(ExperimentCall call,
                                    const TakeValue& take_value,
                                    const std::type_info& results,
                                    RunOutcome& outcome) {
  if (!options_.do_single_runs) {
    return absl::FailedPreconditionError(
        "EnvironmentOptions.do_single_runs = false: no runs are intended");
  }
  if (postprocessing_.has_value() && postprocessing_->results != results) {
    return absl::InvalidArgumentError(
        absl::StrCat("the post-processing takes RunResults<",
                     TypeName(postprocessing_->results),
                     ">, but the run function leads to "
                     "RunResults<",
                     TypeName(results), ">"));
  }
  const ExperimentSetting setting = {options_,
                                     name_,
                                     hexsha_,
                                     filename_,
                                     log_folder_,
                                     storage_.get(),
                                     [this] { return Store(); },
                                     warning_,
                                     recording_.get()};
  return RunExperiment(
      setting, *trajectory_, call,
      postprocessing_.has_value() ? &*postprocessing_ : nullptr, take_value,
      outcome);
}

absl::Status Environment::PipelineWithoutRuns(
    const std::function<absl::Status()>& pipeline, RunOutcome& outcome) {
  if (options_.do_single_runs) {
    return absl::FailedPreconditionError(
        "the pipeline returns nothing to run; if that is meant, set "
        "EnvironmentOptions.do_single_runs = false");
  }
  if (recording_ != nullptr) {
    CPPET_RETURN_IF_ERROR(recording_->Begin(UnixNow()));
  }
  CPPET_RETURN_IF_ERROR(pipeline());
  CPPET_RETURN_IF_ERROR(trajectory_->status());
  CPPET_RETURN_IF_ERROR(trajectory_->CheckPresets());
  const bool stores = options_.automatic_storing && storage_ != nullptr;
  if (stores) CPPET_RETURN_IF_ERROR(Store());
  if (recording_ != nullptr) {
    outcome.set_record_status(recording_->Finish(
        UnixNow(), outcome, stores ? filename_ : "",
        stores ? storage_.get() : nullptr, [this] { return Store(); },
        *trajectory_));
  }
  return absl::OkStatus();
}

}  // namespace cppet
