#ifndef CPPET_STORAGE_HDF5_API_GROUP_H_
#define CPPET_STORAGE_HDF5_API_GROUP_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Makes the group `name` in `parent`, with the attributes that PyTables gives
// to a group.
absl::StatusOr<Handle> CreateGroup(hid_t parent, const std::string& name,
                                   const Filters& filters,
                                   absl::string_view title = "");

// Opens the group `name` in `parent`, or makes it.
absl::StatusOr<Handle> OpenOrCreateGroup(hid_t parent, const std::string& name,
                                         const Filters& filters);

// The attributes of any group.
absl::Status WriteGroupAttributes(hid_t group, const Filters& filters,
                                  absl::string_view title);

// True if there is something called `name` in `group`.
bool HasLink(hid_t group, const std::string& name);

// What a group has.
struct Link {
  std::string name;
  // Itself in the group, not a pointer to something elsewhere.
  bool hard = true;
  // Of the object in the file, if it is itself there.
  haddr_t address = 0;
  // The path that it leads to, if it is a pointer within the file.
  std::string target;
};

// Sorted by name.
//
// Errors:
//   kDataLoss: the group cannot be read.
absl::StatusOr<std::vector<Link>> ListLinks(hid_t group);

// The one called `name` in `group`.
//
// Errors:
//   kNotFound: there is none.
absl::StatusOr<Link> FindLink(hid_t group, const std::string& name);

// Removes what is called `name` from `group`.
absl::Status RemoveLink(hid_t group, const std::string& name);

// Makes the link `name` in `group` to the absolute path `target`.
absl::Status WriteSoftLink(hid_t group, const std::string& name,
                           const std::string& target);

// Opens what is called `name` in `group`: a group or a dataset.
//
// Errors:
//   kDataLoss: it cannot be opened.
absl::StatusOr<Handle> OpenObject(hid_t group, const std::string& name);

bool IsGroup(hid_t object);
bool IsDataset(hid_t object);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_GROUP_H_
