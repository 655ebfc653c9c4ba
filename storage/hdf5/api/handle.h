#ifndef CPPET_STORAGE_HDF5_API_HANDLE_H_
#define CPPET_STORAGE_HDF5_API_HANDLE_H_

#include <utility>

#include "hdf5.h"

namespace cppet::hdf5 {

// Owns an HDF5 identifier of any kind (of a file, a group, a type, ...), or
// none:
//
//   const Handle group(H5Gopen2(file.get(), "results", H5P_DEFAULT));
//   if (!group.ok()) return ErrorAt(file.get(), "cannot open results");
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(other.Release()) {}
  Handle& operator=(Handle&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~Handle() { Reset(); }

  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }

  // Returns the identifier, which is the caller's from now on.
  hid_t Release() { return std::exchange(id_, H5I_INVALID_HID); }

  // Closes the identifier and owns `id` in its place. Returns false, with the
  // reason on HDF5's error stack, if data could not be written on that
  // occasion.
  bool Reset(hid_t id = H5I_INVALID_HID) {
    const bool closed = id_ < 0 || H5Idec_ref(id_) >= 0;
    id_ = id;
    return closed;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_HANDLE_H_
