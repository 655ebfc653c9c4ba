#ifndef CPPET_STORAGE_HDF5_CODECS_CODECS_H_
#define CPPET_STORAGE_HDF5_CODECS_CODECS_H_

#include <cstdint>

#include "cppet/storage/hdf5/codecs/codec.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Lets HDF5 read and write what LZO, bzip2 and Blosc compress, as the filters
// that PyTables has for them. One that HDF5 has already stays.
void RegisterCodecs();

// Null if `filter` is none of these codecs.
const Codec* FindCodec(H5Z_filter_t filter);

// At most so many bytes become of one byte that `filter` decodes; 0 if it is
// none of these codecs.
uint64_t CodecExpansion(H5Z_filter_t filter);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_CODECS_H_
