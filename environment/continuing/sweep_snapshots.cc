#include "cppet/environment/continuing/sweep_snapshots.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_info.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

// Name, run table and names of explored parameters.
LoadOptions LoadRunTable() {
  LoadOptions load = LoadToContinue();
  load.parameters = LoadLevel::kNothing;
  return load;
}

// Whether the trajectory of `snapshot` may be in its file.
bool MayBeStored(const EnvironmentSnapshot& snapshot) {
  const auto storage = OpenHdf5Storage(snapshot.options.filename);
  if (!storage.ok()) return true;
  const auto loaded = (*storage)->Load(snapshot.trajectory, LoadRunTable());
  if (absl::IsNotFound(loaded.status())) return false;
  return !loaded.ok() || (*loaded)->timestamp() == snapshot.timestamp;
}

template <typename Bound>
FunctionSnapshot SnapshotOf(const RegisteredCall<Bound>& call) {
  if (call.function == nullptr) return {};
  return {call.function->name, call.function->signature, call.arguments};
}

// How to go on if a snapshot is of no use.
std::string WithoutSnapshots(const std::string& folder) {
  return absl::StrCat(
      "; nothing was run or changed. To go on without what the completed runs "
      "returned, delete the folder ",
      folder, ", load the trajectory and give it to Environment::Create");
}

}  // namespace

LoadOptions LoadToContinue() {
  LoadOptions load;
  load.derived_parameters = LoadLevel::kNothing;
  load.results = LoadLevel::kNothing;
  load.other = LoadLevel::kNothing;
  return load;
}

absl::StatusOr<std::unique_ptr<SweepSnapshots>> SweepSnapshots::Prepare(
    SnapshotRequest request, Trajectory& trajectory, StorageService& storage,
    const TakeValue& take_value) {
  auto snapshots =
      absl::WrapUnique(new SweepSnapshots(std::move(request), trajectory));
  if (trajectory.stored()) {
    CPPET_RETURN_IF_ERROR(snapshots->PrepareStored(storage, take_value));
  } else {
    CPPET_RETURN_IF_ERROR(snapshots->PrepareNew());
  }
  return snapshots;
}

SnapshotFolderOptions SweepSnapshots::FolderOptions() const {
  SnapshotFolderOptions options;
  options.durable = request_.options->durability == Durability::kPower;
  return options;
}

bool SweepSnapshots::IsLeftOver() const {
  if (folder_->HasResults()) return false;
  const auto earlier = folder_->ReadEnvironment();
  return earlier.ok() && !MayBeStored(*earlier);
}

absl::Status SweepSnapshots::PrepareNew() {
  auto opened = SnapshotFolder::Open(request_.options->continue_folder,
                                     trajectory_.name(), FolderOptions());
  if (absl::IsNotFound(opened.status())) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(opened.status());
  folder_ = *std::move(opened);
  if (!folder_->HasEnvironment() && !folder_->HasResults()) {
    return absl::OkStatus();
  }
  if (IsLeftOver()) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat(folder_->path(), " has snapshots of an earlier experiment ",
                   trajectory_.name(),
                   ": go on with that by Environment::Continue (or "
                   "explore --continue), or delete the folder to begin anew"));
}

absl::Status SweepSnapshots::PrepareStored(StorageService& storage,
                                           const TakeValue& take_value) {
  auto opened = SnapshotFolder::Open(request_.options->continue_folder,
                                     trajectory_.name(), FolderOptions());
  if (opened.ok()) {
    folder_ = *std::move(opened);
  } else if (!absl::IsNotFound(opened.status())) {
    return opened.status();
  }
  CPPET_RETURN_IF_ERROR(RefreshRunTable(storage));
  if (folder_ == nullptr ||
      (!folder_->HasEnvironment() && !folder_->HasResults())) {
    if (!request_.must_continue) return absl::OkStatus();
    return absl::NotFoundError(
        absl::StrCat("there are no snapshots of ", trajectory_.name(),
                     " any more: another process has finished its runs"));
  }
  absl::StatusOr<EnvironmentSnapshot> earlier = folder_->ReadEnvironment();
  if (!earlier.ok()) {
    return absl::Status(absl::IsNotFound(earlier.status())
                            ? absl::StatusCode::kDataLoss
                            : earlier.status().code(),
                        absl::StrCat(earlier.status().message(),
                                     WithoutSnapshots(folder_->path())));
  }
  const absl::Status belongs = CheckBelongs(*earlier, trajectory_);
  if (!belongs.ok()) {
    if (!request_.must_continue && IsLeftOver()) return absl::OkStatus();
    return absl::Status(
        belongs.code(),
        absl::StrCat(folder_->path(), ": ", belongs.message(),
                     "; if they are of no more use, delete the folder"));
  }
  CPPET_RETURN_IF_ERROR(CheckSameFunction(*earlier));
  snapshot_ = *std::move(earlier);
  continued_ = true;
  return TakeValues(take_value);
}

absl::Status SweepSnapshots::RefreshRunTable(StorageService& storage) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<Trajectory> stored,
                         storage.Load(trajectory_.name(), LoadRunTable()));
  CPPET_RETURN_IF_ERROR(storage.Close());
  if (stored->timestamp() != trajectory_.timestamp() ||
      stored->length() > trajectory_.length()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the trajectory ", trajectory_.name(), " in ",
                     request_.filename, " is another one"));
  }
  std::vector<RunInfo> infos;
  infos.reserve(stored->length());
  for (int64_t i = 0; i < stored->length(); ++i) {
    infos.push_back(stored->run_info(i));
  }
  // Further ones were added since it was stored.
  while (infos.size() < trajectory_.length()) {
    infos.emplace_back();
    infos.back().index = infos.size() - 1;
  }
  trajectory_.set_run_infos(std::move(infos));
  return absl::OkStatus();
}

absl::Status SweepSnapshots::CheckSameFunction(
    const EnvironmentSnapshot& snapshot) const {
  const RegisteredRunFunction& function = *request_.call.function;
  if (snapshot.function.name == function.name &&
      snapshot.function.signature == function.signature) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(folder_->path(), ": the snapshots are of the run function ",
                   snapshot.function.name, ", ", snapshot.function.signature,
                   ", and not of ", function.name, ", ", function.signature));
}

absl::Status SweepSnapshots::TakeValues(const TakeValue& take_value) const {
  for (int64_t i = 0; i < trajectory_.length(); ++i) {
    if (!trajectory_.completed(i) || Contains(snapshot_.completed_before, i)) {
      continue;
    }
    ResultSnapshot run;
    run.trajectory_timestamp = trajectory_.timestamp();
    run.index = i;
    run.start_timestamp = trajectory_.run_info(i).timestamp;
    absl::StatusOr<std::string> value = folder_->ReadResult(run);
    absl::Status status = value.status();
    if (status.ok()) {
      status = WithPrefix(folder_->ResultPath(i), take_value(i, *value));
    }
    if (status.ok()) continue;
    return absl::Status(
        absl::IsUnimplemented(status) ? absl::StatusCode::kUnimplemented
                                      : absl::StatusCode::kDataLoss,
        absl::StrCat("what ", RunName(i),
                     " returned is lost, although it is completed in ",
                     request_.filename, ": ", status.message(),
                     WithoutSnapshots(folder_->path())));
  }
  return absl::OkStatus();
}

absl::Status SweepSnapshots::Begin() {
  if (folder_ == nullptr) {
    CPPET_ASSIGN_OR_RETURN(folder_, SnapshotFolder::OpenOrMake(
                                        request_.options->continue_folder,
                                        trajectory_.name(), FolderOptions()));
    if (folder_->HasEnvironment() || folder_->HasResults()) {
      return absl::UnavailableError(absl::StrCat(
          folder_->path(), ": another process has begun these runs just now"));
    }
  }
  if (!continued_) {
    snapshot_ = cppet::SnapshotOf(trajectory_);
    snapshot_.environment = request_.environment;
    snapshot_.hexsha = request_.hexsha;
  }
  // Those of the last call count for the next process.
  snapshot_.function = SnapshotOf(request_.call);
  snapshot_.postprocessing = SnapshotOf(request_.postprocessing);
  snapshot_.options = *request_.options;
  EnvironmentOptions& options = snapshot_.options;
  options.trajectory = trajectory_.name();
  options.filename = AbsolutePath(request_.filename);
  options.log_folder = AbsolutePath(options.log_folder);
  options.continue_folder = AbsolutePath(options.continue_folder);
  for (std::string* path :
       {&options.git_repository, &options.sumatra_project}) {
    if (!path->empty()) *path = AbsolutePath(*path);
  }
  for (std::string& name : options.dynamically_imported_classes) {
    const std::string file(SharedObjectIn(name));
    if (!file.empty()) name.replace(0, file.size(), AbsolutePath(file));
  }
  return folder_->WriteEnvironment(snapshot_);
}

absl::Status SweepSnapshots::Save(const RunReport& report) const {
  ResultSnapshot snapshot;
  snapshot.trajectory_timestamp = trajectory_.timestamp();
  snapshot.index = report.record.index;
  snapshot.start_timestamp = report.record.start_timestamp;
  snapshot.value = report.value;
  return folder_->WriteResult(snapshot);
}

absl::Status SweepSnapshots::Remove() {
  return folder_ == nullptr ? absl::OkStatus() : folder_->Remove();
}

void SweepSnapshots::RemoveUnlessStored() {
  if (continued_ || folder_ == nullptr || !IsLeftOver()) return;
  folder_->Remove().IgnoreError();
}

}  // namespace cppet
