#include "cppet/storage/hdf5/tree/stored_place.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {

absl::StatusOr<StoredPlace> FindStored(hid_t trajectory,
                                       absl::string_view full_name) {
  const auto not_found = [&] {
    return StatusAt(trajectory,
                    absl::StrCat("there is no '", full_name, "' in it"),
                    absl::StatusCode::kNotFound);
  };
  Handle group(H5Gopen2(trajectory, ".", H5P_DEFAULT));
  if (!group.ok()) return ErrorAt(trajectory, "cannot open it");
  if (full_name.empty() || FirstPart(full_name) == kOverview) {
    return not_found();
  }
  for (absl::string_view rest = full_name;;) {
    const size_t dot = rest.find('.');
    absl::StatusOr<Link> link =
        FindLink(group.get(), std::string(rest.substr(0, dot)));
    if (absl::IsNotFound(link.status())) return not_found();
    CPPET_RETURN_IF_ERROR(link.status());
    if (dot == absl::string_view::npos) {
      return StoredPlace{std::move(group), *std::move(link)};
    }
    if (!link->hard) return not_found();
    CPPET_ASSIGN_OR_RETURN(group, OpenObject(group.get(), link->name));
    if (!IsGroup(group.get()) || IsLeaf(group.get())) return not_found();
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace cppet::hdf5
