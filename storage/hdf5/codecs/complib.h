#ifndef CPPET_STORAGE_HDF5_CODECS_COMPLIB_H_
#define CPPET_STORAGE_HDF5_CODECS_COMPLIB_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// What compresses data, by the numbers that PyTables has for it in files.
enum class Complib {
  kZlib = 1,
  kLzo = 2,
  kBzip2 = 3,
  // Blosc, with the codec that it takes by default or with a certain one.
  kBlosc = 4,
  kBloscBlosclz = 5,
  kBloscLz4 = 6,
  kBloscLz4hc = 7,
  kBloscSnappy = 8,
  kBloscZlib = 9,
  kBloscZstd = 10,
};

// Returns what PyTables calls by that name, such as "lzo" or "blosc:lz4".
//
// Errors:
//   kInvalidArgument: there is none of that name; those that there are are
//     listed.
//   kUnimplemented: the Blosc of this system was built without that codec.
absl::StatusOr<Complib> ParseComplib(absl::string_view name);

absl::string_view ComplibName(Complib complib);

bool IsBlosc(Complib complib);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODECS_COMPLIB_H_
