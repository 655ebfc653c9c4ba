#ifndef CPPET_STORAGE_HDF5_PYTHON_ZIP_ARCHIVE_H_
#define CPPET_STORAGE_HDF5_PYTHON_ZIP_ARCHIVE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// A zip file of these files, none of them compressed, in that order. Together
// they are smaller than 4 GB.
std::string WriteZip(
    const std::vector<std::pair<std::string, std::string>>& files);

// The files in a zip file, by name, stored or deflated.
//
// Errors:
//   kUnimplemented: one is compressed in another way, or encrypted.
//   kResourceExhausted: together they have more than `max_size` bytes.
//   kDataLoss: it is damaged.
absl::StatusOr<std::map<std::string, std::string>> ReadZip(
    absl::string_view zip, size_t max_size = size_t{1} << 30);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PYTHON_ZIP_ARCHIVE_H_
