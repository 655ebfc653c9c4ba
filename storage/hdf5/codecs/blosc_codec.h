#ifndef CPPET_STORAGE_HDF5_CODECS_BLOSC_CODEC_H_
#define CPPET_STORAGE_HDF5_CODECS_BLOSC_CODEC_H_

#include "cppet/storage/hdf5/codecs/codec.h"

namespace cppet::hdf5 {

inline constexpr H5Z_filter_t kBloscFilter = 32001;

// Blosc 1. Its client values: the versions of the filter and of Blosc's format,
// the size of an element and of a chunk, which come by themselves; the level;
// the shuffle (0 none, 1 of bytes, 2 of bits); and Blosc's number of the codec,
// BloscLZ if there is none.
extern const Codec kBloscCodec;

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_BLOSC_CODEC_H_
