#ifndef CPPET_STORAGE_HDF5_READ_OPTIONS_H_
#define CPPET_STORAGE_HDF5_READ_OPTIONS_H_

namespace cppet {

// How a file is read.
struct Hdf5ReadOptions {
  // In a process of its own, for files that nobody vouches for: HDF5 crashes,
  // hangs or takes all memory at some damaged files. No other thread may use
  // HDF5 meanwhile. Further errors:
  //   kDataLoss: reading it crashed or took too long.
  //   kResourceExhausted: it needs more than 1 GiB of memory and four times the
  //     size of the file.
  bool isolated = false;
};

}  // namespace cppet

#endif  // CPPET_STORAGE_HDF5_READ_OPTIONS_H_
