#ifndef CPPET_STORAGE_HDF5_API_ERROR_H_
#define CPPET_STORAGE_HDF5_API_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// As long as it lives, HDF5 prints no errors of this thread: they are returned
// instead.
class SilentErrors {
 public:
  SilentErrors();
  ~SilentErrors();
  SilentErrors(const SilentErrors&) = delete;
  SilentErrors& operator=(const SilentErrors&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

// Why the last call of HDF5 in this thread failed.
struct Reason {
  std::string text;
  int error_number = 0;  // errno, if it was the system's fault
};
Reason LastReason();

// The last call of HDF5 failed: "FILE: /path/of/object: problem: reason".
// Its code is the system's if the system was the reason, else `code`.
absl::Status ErrorAt(hid_t object, absl::string_view problem,
                     absl::StatusCode code = absl::StatusCode::kInternal);

// The same if no call of HDF5 failed: "FILE: /path/of/object: problem".
absl::Status StatusAt(hid_t object, absl::string_view problem,
                      absl::StatusCode code);

// "/path/of/object"; empty if it has none.
std::string PathOf(hid_t object);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_ERROR_H_
