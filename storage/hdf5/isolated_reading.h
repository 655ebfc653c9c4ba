#ifndef CPPET_STORAGE_HDF5_ISOLATED_READING_H_
#define CPPET_STORAGE_HDF5_ISOLATED_READING_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/storage/hdf5/read_options.h"

namespace cppet::hdf5 {

using Texts = std::vector<std::string>;

// Returns what `read` returns, which reads `filename` in a process of its own.
// This process keeps no file open for it.
//
// Errors: those of `read`, and those of Hdf5ReadOptions::isolated, with the
// name of the file.
absl::StatusOr<Texts> ReadIsolated(
    const std::string& filename, const Hdf5ReadOptions& options,
    const std::function<absl::StatusOr<Texts>()>& read);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_ISOLATED_READING_H_
