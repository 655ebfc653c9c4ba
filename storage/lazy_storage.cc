#include "cppet/storage/lazy_storage.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace cppet {
namespace {

absl::Status NothingIsThere(absl::string_view name) {
  return absl::NotFoundError(
      absl::StrCat(name, " is not stored: this storage service keeps nothing"));
}

class LazyStorage : public StorageService {
 public:
  absl::Status Store(Trajectory& trajectory, const StoreOptions&) override {
    return trajectory.status();
  }

  absl::Status StoreRuns(const Trajectory&,
                         absl::Span<const RunRecord>) override {
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> List() override {
    return std::vector<std::string>();
  }

  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view name, const LoadOptions&) override {
    return NothingIsThere(name);
  }

  absl::Status StoreItems(Trajectory& trajectory, absl::Span<const std::string>,
                          const StoreItemsOptions&) override {
    return trajectory.status();
  }

  absl::Status LoadItems(Trajectory& trajectory, absl::Span<const std::string>,
                         const LoadItemsOptions&) override {
    return NothingIsThere(trajectory.name());
  }

  absl::Status LoadSkeleton(Trajectory& trajectory) override {
    return NothingIsThere(trajectory.name());
  }

  absl::Status DeleteItems(Trajectory& trajectory,
                           absl::Span<const std::string>,
                           const DeleteOptions&) override {
    return NothingIsThere(trajectory.name());
  }

  absl::Status DeleteLinks(Trajectory& trajectory,
                           absl::Span<const std::string>) override {
    return NothingIsThere(trajectory.name());
  }

  absl::Status DeleteTrajectory(absl::string_view name) override {
    return NothingIsThere(name);
  }

  absl::Status CopyTrajectory(absl::string_view name,
                              const CopyOptions&) override {
    return NothingIsThere(name);
  }

  absl::StatusOr<std::string> Backup(absl::string_view name,
                                     const std::string&) override {
    return NothingIsThere(name);
  }

  absl::Status Close() override { return absl::OkStatus(); }
};

}  // namespace

std::unique_ptr<StorageService> MakeLazyStorage() {
  return std::make_unique<LazyStorage>();
}

}  // namespace cppet
