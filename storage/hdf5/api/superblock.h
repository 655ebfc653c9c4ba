#ifndef CPPET_STORAGE_HDF5_API_SUPERBLOCK_H_
#define CPPET_STORAGE_HDF5_API_SUPERBLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace cppet::hdf5 {

// More bytes than a superblock takes.
inline constexpr size_t kSuperblockBytes = 96;

// Puts where the file ends into `bytes`, its first kSuperblockBytes. Returns
// false, and changes nothing, if they are no superblock of version 0, 2 or 3
// (section II of the HDF5 File Format Specification) with addresses of eight
// bytes.
bool SetEndInSuperblock(uint64_t end, std::string* bytes);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_SUPERBLOCK_H_
