#ifndef CPPET_STORAGE_HDF5_API_CHECKSUM_H_
#define CPPET_STORAGE_HDF5_API_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// The checksum that HDF5 has at the end of its metadata: lookup3 of Bob
// Jenkins, from 0.
uint32_t MetadataChecksum(absl::string_view bytes);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_CHECKSUM_H_
