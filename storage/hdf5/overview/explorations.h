#ifndef CPPET_STORAGE_HDF5_OVERVIEW_EXPLORATIONS_H_
#define CPPET_STORAGE_HDF5_OVERVIEW_EXPLORATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// The full names of the explored parameters, from the group overview; nothing
// if it does not say, as in old files.
absl::StatusOr<std::optional<std::vector<std::string>>> ReadExplorations(
    hid_t overview);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_OVERVIEW_EXPLORATIONS_H_
