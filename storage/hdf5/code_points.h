#ifndef CPPET_STORAGE_HDF5_CODE_POINTS_H_
#define CPPET_STORAGE_HDF5_CODE_POINTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// Appends the code point `code` to `out` as UTF-8.
void AppendCodePoint(uint32_t code, std::string* out);

// Removes the code point at the front of `text`, which is UTF-8 and not empty,
// and returns it.
uint32_t TakeCodePoint(absl::string_view* text);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_CODE_POINTS_H_
