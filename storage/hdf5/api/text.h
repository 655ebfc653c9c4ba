#ifndef CPPET_STORAGE_HDF5_API_TEXT_H_
#define CPPET_STORAGE_HDF5_API_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// `text` but for the NULs at its end.
absl::string_view WithoutTrailingNuls(absl::string_view text);

// `text` if it has at most `max_bytes`; else as much of it as fits, in whole
// characters, and "...".
std::string FitText(absl::string_view text, size_t max_bytes);

// `text` with a question mark for each byte that makes it no UTF-8.
std::string CleanUtf8(absl::string_view text);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_TEXT_H_
