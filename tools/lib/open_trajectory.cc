#include "cppet/tools/lib/open_trajectory.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/name_at.h"
#include "cppet/storage/options.h"
#include "cppet/storage/storage_service.h"

namespace cppet {
namespace {

absl::StatusOr<std::string> Choose(const std::vector<std::string>& names,
                                   const std::string& wanted) {
  if (names.empty()) return absl::NotFoundError("there is no trajectory in it");
  if (wanted.empty()) return names.back();
  for (const std::string& name : names) {
    if (name == wanted) return name;
  }
  int64_t index;
  if (absl::SimpleAtoi(wanted, &index)) return NameAt(names, index);
  const std::string near = NearestName(wanted, names);
  return absl::NotFoundError(absl::StrCat(
      "there is no trajectory ", wanted, " in it; ",
      near.empty() ? absl::StrCat("there are ", absl::StrJoin(names, ", "))
                   : absl::StrCat("do you mean ", near, "?")));
}

absl::StatusOr<std::unique_ptr<StorageService>> Open(
    const std::string& file, const Hdf5ReadOptions& reading) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return absl::NotFoundError("there is no such file");
  }
  Hdf5StorageOptions options;
  options.reading = reading;
  return OpenHdf5Storage(file, options);
}

absl::StatusOr<std::unique_ptr<Trajectory>> Load(
    StorageService& storage, const std::string& name, const LoadOptions& load,
    const Hdf5ReadOptions& reading) {
  absl::StatusOr<std::unique_ptr<Trajectory>> loaded = storage.Load(name, load);
  if (!reading.isolated || !absl::IsResourceExhausted(loaded.status())) {
    return loaded;
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      loaded.status().message(), "; --memory=MIB allows for more"));
}

}  // namespace

absl::StatusOr<std::string> ChooseTrajectory(const std::string& file,
                                             const std::string& wanted) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                         Open(file, {.isolated = true}));
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage->List());
  return Choose(names, wanted);
}

absl::StatusOr<std::unique_ptr<Trajectory>> LoadTrajectory(
    const std::string& file, const std::string& wanted,
    const Hdf5ReadOptions& reading, std::vector<std::string>* warnings) {
  CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                         Open(file, reading));
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage->List());
  CPPET_ASSIGN_OR_RETURN(const std::string name, Choose(names, wanted));
  LoadOptions load = LoadAll();
  load.warnings = warnings;
  return Load(*storage, name, load, reading);
}

absl::StatusOr<TrajectoryWithColumns> LoadWithColumns(
    const std::string& file, const std::string& wanted,
    const Hdf5ReadOptions& reading, std::vector<std::string>* warnings) {
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<StorageService> opened,
                         Open(file, reading));
  const std::shared_ptr<StorageService> storage = std::move(opened);
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage->List());
  CPPET_ASSIGN_OR_RETURN(const std::string name, Choose(names, wanted));
  LoadOptions load = LoadAll();
  load.warnings = warnings;
  load.run_columns = false;
  TrajectoryWithColumns loaded;
  CPPET_ASSIGN_OR_RETURN(loaded.trajectory,
                         Load(*storage, name, load, reading));
  CPPET_ASSIGN_OR_RETURN(loaded.columns.columns, storage->ListRunColumns(name));
  loaded.columns.read = [storage, name](absl::Span<const size_t> columns,
                                        int64_t first, int64_t count) {
    return storage->ReadRunColumns(name, columns, first, count);
  };
  return loaded;
}

}  // namespace cppet
