#ifndef CPPET_STORAGE_HDF5_CODECS_LZO_CODEC_H_
#define CPPET_STORAGE_HDF5_CODECS_LZO_CODEC_H_

#include "cppet/storage/hdf5/codecs/codec.h"

namespace cppet::hdf5 {

inline constexpr H5Z_filter_t kLzoFilter = 305;

// LZO1X. Its client values, which are of no effect: the level, the version and
// the class of PyTables' node.
extern const Codec kLzoCodec;

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_LZO_CODEC_H_
