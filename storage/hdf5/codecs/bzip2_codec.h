#ifndef CPPET_STORAGE_HDF5_CODECS_BZIP2_CODEC_H_
#define CPPET_STORAGE_HDF5_CODECS_BZIP2_CODEC_H_

#include "cppet/storage/hdf5/codecs/codec.h"

namespace cppet::hdf5 {

inline constexpr H5Z_filter_t kBzip2Filter = 307;

// Streams of bzip2. Its client values: the level; the version and the class of
// PyTables' node, which are of no effect.
extern const Codec kBzip2Codec;

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_BZIP2_CODEC_H_
