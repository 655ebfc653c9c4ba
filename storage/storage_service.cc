#include "cppet/storage/storage_service.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/name_at.h"

namespace cppet {
namespace {

absl::Status NotOffered(absl::string_view call) {
  return absl::UnimplementedError(
      absl::StrCat("this storage service does not offer ", call));
}

}  // namespace

absl::StatusOr<std::string> StorageService::NameAt(int64_t index) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<std::string> names, List());
  return cppet::NameAt(names, index);
}

absl::Status StorageService::StoreItems(Trajectory&,
                                        absl::Span<const std::string>,
                                        const StoreItemsOptions&) {
  return NotOffered("StoreItems");
}

absl::Status StorageService::LoadItems(Trajectory&,
                                       absl::Span<const std::string>,
                                       const LoadItemsOptions&) {
  return NotOffered("LoadItems");
}

absl::Status StorageService::LoadSkeleton(Trajectory&) {
  return NotOffered("LoadSkeleton");
}

absl::Status StorageService::DeleteItems(Trajectory&,
                                         absl::Span<const std::string>,
                                         const DeleteOptions&) {
  return NotOffered("DeleteItems");
}

absl::Status StorageService::DeleteLinks(Trajectory&,
                                         absl::Span<const std::string>) {
  return NotOffered("DeleteLinks");
}

absl::Status StorageService::DeleteTrajectory(absl::string_view) {
  return NotOffered("DeleteTrajectory");
}

absl::Status StorageService::CopyTrajectory(absl::string_view,
                                            const CopyOptions&) {
  return NotOffered("CopyTrajectory");
}

absl::StatusOr<std::string> StorageService::Backup(absl::string_view,
                                                   const std::string&) {
  return NotOffered("Backup");
}

absl::StatusOr<std::vector<RunColumn>> StorageService::ListRunColumns(
    absl::string_view) {
  return std::vector<RunColumn>();
}

absl::StatusOr<std::vector<RunColumnValues>> StorageService::ReadRunColumns(
    absl::string_view, absl::Span<const size_t>, int64_t, int64_t) {
  return NotOffered("ReadRunColumns");
}

absl::Status StorageService::Migrate(absl::string_view name,
                                     const CopyOptions& options) {
  CPPET_RETURN_IF_ERROR(CopyTrajectory(name, options));
  return DeleteTrajectory(name);
}

}  // namespace cppet
