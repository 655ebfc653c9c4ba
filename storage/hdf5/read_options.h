#ifndef CPPET_STORAGE_HDF5_READ_OPTIONS_H_
#define CPPET_STORAGE_HDF5_READ_OPTIONS_H_

#include <cstdint>

namespace cppet {

// How a file is read.
struct Hdf5ReadOptions {
  // In a process of its own, for files that nobody vouches for: HDF5 crashes,
  // hangs or takes all memory at some damaged files. No other thread may use
  // HDF5 meanwhile. Further errors:
  //   kDataLoss: reading it crashed or took too long.
  //   kResourceExhausted: it needs more than `max_memory`.
  bool isolated = false;
  // Bytes of memory that reading it isolated may take beyond what this process
  // has. 0 is 960 MiB, or four times what the file takes on disk if that is
  // more.
  int64_t max_memory = 0;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_READ_OPTIONS_H_
