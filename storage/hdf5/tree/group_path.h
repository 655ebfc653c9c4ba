#ifndef CPPET_STORAGE_HDF5_TREE_GROUP_PATH_H_
#define CPPET_STORAGE_HDF5_TREE_GROUP_PATH_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Finds and makes groups of a tree by their full names ("results.runs"), and
// keeps open those of the last name in each branch, so that neighbours are
// found at once.
class GroupPath {
 public:
  struct Place {
    hid_t id = H5I_INVALID_HID;
    // Made at the call or while it stayed open: nothing of before is in it.
    bool is_new = false;
  };

  // `root` must outlive it.
  GroupPath(hid_t root, const Filters& filters)
      : root_(root), filters_(filters) {}

  // The group `full_name`, made with its parents as needed. Valid until the
  // next call.
  //
  // Errors:
  //   kAlreadyExists: there is a leaf where a group is needed.
  absl::StatusOr<Place> Enter(absl::string_view full_name);

  // The same, but nothing is made: `id` is negative if there is no such group.
  absl::StatusOr<Place> Find(absl::string_view full_name);

  // Lets go of all groups deeper than `depth`, and takes none for new.
  void StartOver(size_t depth);

 private:
  struct Level {
    std::string name;
    Handle group;
    bool is_new = false;
  };

  absl::StatusOr<Place> Walk(absl::string_view full_name, bool create);

  const hid_t root_;
  const Filters filters_;
  std::map<std::string, std::vector<Level>, std::less<>> branches_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_GROUP_PATH_H_
