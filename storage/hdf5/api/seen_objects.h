#ifndef CPPET_STORAGE_HDF5_API_SEEN_OBJECTS_H_
#define CPPET_STORAGE_HDF5_API_SEEN_OBJECTS_H_

#include "absl/container/flat_hash_set.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// How deep groups may be nested; a file may have them without end.
inline constexpr int kMaxDepth = 200;

// The objects of a file that were met. A file may have an object in several
// places, and groups in themselves.
class SeenObjects {
 public:
  // True if `object` was met before.
  bool Repeats(hid_t object) {
    H5O_info_t info;
    // What has one name only is met only once.
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 || info.rc <= 1) {
      return false;
    }
    return !addresses_.insert(info.addr).second;
  }

 private:
  absl::flat_hash_set<haddr_t> addresses_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_SEEN_OBJECTS_H_
