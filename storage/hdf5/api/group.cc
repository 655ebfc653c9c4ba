#include "cppet/storage/hdf5/api/group.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"

namespace cppet::hdf5 {
namespace {

// More attributes are kept in a heap of their own, which takes kilobytes.
constexpr unsigned kMaxAttributesBeside = 32;
// Likewise more links.
constexpr unsigned kMaxLinksBeside = 32;
constexpr unsigned kMinLinksApart = 16;

hid_t GroupProperties() {
  static const hid_t properties = [] {
    const hid_t id = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_attr_phase_change(id, kMaxAttributesBeside, 0);
    H5Pset_link_phase_change(id, kMaxLinksBeside, kMinLinksApart);
    H5Pset_obj_track_times(id, false);
    return id;
  }();
  return properties;
}

// Bytes of the path that a link leads to.
constexpr size_t kMaxTarget = size_t{1} << 16;

Link LinkOf(hid_t group, const char* name, const H5L_info_t& info) {
  Link link;
  link.name = name;
  link.hard = info.type == H5L_TYPE_HARD;
  if (link.hard) link.address = info.u.address;
  if (info.type == H5L_TYPE_SOFT && info.u.val_size <= kMaxTarget) {
    std::vector<char> target(info.u.val_size + 1);
    if (H5Lget_val(group, name, target.data(), info.u.val_size, H5P_DEFAULT) >=
        0) {
      link.target = target.data();
    }
  }
  return link;
}

herr_t AddLink(hid_t group, const char* name, const H5L_info_t* info,
               void* links) {
  static_cast<std::vector<Link>*>(links)->push_back(LinkOf(group, name, *info));
  return 0;
}

}  // namespace

absl::StatusOr<Handle> CreateGroup(hid_t parent, const std::string& name,
                                   const Filters& filters,
                                   absl::string_view title) {
  Handle group(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, GroupProperties(),
                          H5P_DEFAULT));
  if (!group.ok()) {
    return ErrorAt(parent, absl::StrCat("cannot make the group ", name));
  }
  CPPET_RETURN_IF_ERROR(WriteGroupAttributes(group.get(), filters, title));
  return group;
}

absl::StatusOr<Handle> OpenOrCreateGroup(hid_t parent, const std::string& name,
                                         const Filters& filters) {
  if (!HasLink(parent, name)) return CreateGroup(parent, name, filters);
  Handle group(H5Gopen2(parent, name.c_str(), H5P_DEFAULT));
  if (!group.ok()) {
    return ErrorAt(parent, absl::StrCat("cannot open the group ", name));
  }
  return group;
}

absl::Status WriteGroupAttributes(hid_t group, const Filters& filters,
                                  absl::string_view title) {
  CPPET_RETURN_IF_ERROR(WriteText(group, "CLASS", "GROUP"));
  CPPET_RETURN_IF_ERROR(WriteText(group, "TITLE", title));
  CPPET_RETURN_IF_ERROR(WriteText(group, "VERSION", "1.0"));
  return WriteInteger(group, "FILTERS", PackFilters(filters));
}

bool HasLink(hid_t group, const std::string& name) {
  return H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0;
}

absl::StatusOr<std::vector<Link>> ListLinks(hid_t group) {
  std::vector<Link> links;
  // In the order of names, HDF5 would look up each of them from the start.
  if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, AddLink,
                 &links) < 0) {
    return ErrorAt(group, "cannot list the group", absl::StatusCode::kDataLoss);
  }
  std::sort(links.begin(), links.end(),
            [](const Link& a, const Link& b) { return a.name < b.name; });
  return links;
}

absl::StatusOr<Link> FindLink(hid_t group, const std::string& name) {
  H5L_info_t info;
  if (!HasLink(group, name) ||
      H5Lget_info(group, name.c_str(), &info, H5P_DEFAULT) < 0) {
    return StatusAt(group, absl::StrCat("there is no ", name),
                    absl::StatusCode::kNotFound);
  }
  return LinkOf(group, name.c_str(), info);
}

absl::Status RemoveLink(hid_t group, const std::string& name) {
  if (H5Ldelete(group, name.c_str(), H5P_DEFAULT) < 0) {
    return ErrorAt(group, absl::StrCat("cannot remove ", name));
  }
  return absl::OkStatus();
}

absl::Status WriteSoftLink(hid_t group, const std::string& name,
                           const std::string& target) {
  if (H5Lcreate_soft(target.c_str(), group, name.c_str(), H5P_DEFAULT,
                     H5P_DEFAULT) < 0) {
    return ErrorAt(group, absl::StrCat("cannot make the link ", name));
  }
  return absl::OkStatus();
}

absl::StatusOr<Handle> OpenObject(hid_t group, const std::string& name) {
  Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT));
  if (!object.ok()) {
    return ErrorAt(group, absl::StrCat("cannot open ", name),
                   absl::StatusCode::kDataLoss);
  }
  return object;
}

bool IsGroup(hid_t object) { return H5Iget_type(object) == H5I_GROUP; }

bool IsDataset(hid_t object) { return H5Iget_type(object) == H5I_DATASET; }

}  // namespace cppet::hdf5
