#ifndef CPPET_STORAGE_HDF5_COLUMNS_ACCESS_H_
#define CPPET_STORAGE_HDF5_COLUMNS_ACCESS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/isolated_reading.h"
#include "cppet/storage/run_columns.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What StorageService::ListRunColumns and ReadRunColumns return of the
// trajectory `name` in the group `root`.
absl::StatusOr<std::vector<RunColumn>> ListColumnsOf(hid_t root,
                                                     absl::string_view name);
absl::StatusOr<std::vector<RunColumnValues>> ReadColumnsOf(
    hid_t root, absl::string_view name, absl::Span<const size_t> columns,
    int64_t first, int64_t count);

// The same on the way from an isolated process. Errors of the first two are
// those of what they are given.
//
// Errors:
//   kDataLoss: the texts are not whole.
absl::StatusOr<Texts> TextsOfColumns(
    const absl::StatusOr<std::vector<RunColumn>>& columns);
absl::StatusOr<Texts> TextsOfValues(
    absl::StatusOr<std::vector<RunColumnValues>> values);
absl::StatusOr<std::vector<RunColumn>> ColumnsFromTexts(const Texts& texts);
absl::StatusOr<std::vector<RunColumnValues>> ValuesFromTexts(Texts texts,
                                                             size_t columns);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_COLUMNS_ACCESS_H_
