#include "cppet/storage/hdf5/tree/trajectory_copier.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

constexpr char kTitle[] = "TITLE";

// Lets links to what is below the path `from` lead to the same below `to`.
absl::Status MoveLinks(hid_t group, absl::string_view from,
                       absl::string_view to, int depth) {
  if (depth > kMaxDepth) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(group));
  for (const Link& link : links) {
    if (!link.hard) {
      absl::string_view target = link.target;
      if (!absl::ConsumePrefix(&target, from)) continue;
      CPPET_RETURN_IF_ERROR(RemoveLink(group, link.name));
      CPPET_RETURN_IF_ERROR(
          WriteSoftLink(group, link.name, absl::StrCat(to, target)));
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(const Handle object, OpenObject(group, link.name));
    if (!IsGroup(object.get())) continue;
    CPPET_RETURN_IF_ERROR(MoveLinks(object.get(), from, to, depth + 1));
  }
  return absl::OkStatus();
}

// A table `info` with `name`: its column may be too narrow for it.
absl::Status RenameInfo(hid_t group, const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(const Handle overview, OpenObject(group, kOverview));
  CPPET_ASSIGN_OR_RETURN(Table table, Table::Open(overview.get(), kInfoTable));
  if (table.num_rows() < 1) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(Rows rows, table.Read(0, 1));
  rows.SetText(rows.layout().Find("name"), name);
  return table.Write(0, rows);
}

absl::Status RenameTitle(hid_t group, const std::string& name,
                         const std::string& new_name) {
  if (ReadText(group, kTitle).value_or("") != name) return absl::OkStatus();
  if (H5Adelete(group, kTitle) < 0) {
    return ErrorAt(group, "cannot change its title");
  }
  return WriteText(group, kTitle, new_name);
}

}  // namespace

absl::Status CopyTrajectoryGroup(hid_t from, const std::string& name, hid_t to,
                                 const std::string& new_name) {
  CPPET_RETURN_IF_ERROR(CheckTrajectoryName(new_name));
  if (HasLink(to, new_name)) {
    return StatusAt(
        to, absl::StrCat("there is a trajectory ", new_name, " already"),
        absl::StatusCode::kAlreadyExists);
  }
  if (H5Ocopy(from, name.c_str(), to, new_name.c_str(), H5P_DEFAULT,
              H5P_DEFAULT) < 0) {
    return ErrorAt(from, absl::StrCat("cannot copy ", name),
                   absl::StatusCode::kDataLoss);
  }
  if (new_name == name) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const Handle copy, OpenObject(to, new_name));
  CPPET_RETURN_IF_ERROR(MoveLinks(copy.get(), absl::StrCat("/", name, "/"),
                                  absl::StrCat("/", new_name, "/"), 0));
  CPPET_RETURN_IF_ERROR(RenameTitle(copy.get(), name, new_name));
  return RenameInfo(copy.get(), new_name);
}

}  // namespace cppet::hdf5
