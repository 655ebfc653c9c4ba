#include "cppet/storage/hdf5/tree/group_path.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {

absl::StatusOr<GroupPath::Place> GroupPath::Enter(absl::string_view full_name) {
  return Walk(full_name, /*create=*/true);
}

absl::StatusOr<GroupPath::Place> GroupPath::Find(absl::string_view full_name) {
  return Walk(full_name, /*create=*/false);
}

absl::StatusOr<GroupPath::Place> GroupPath::Walk(absl::string_view full_name,
                                                 bool create) {
  Place place = {root_, false};
  if (full_name.empty()) return place;
  const absl::string_view branch = FirstPart(full_name);
  auto it = branches_.find(branch);
  if (it == branches_.end()) {
    it = branches_.try_emplace(std::string(branch)).first;
  }
  std::vector<Level>& levels = it->second;
  size_t depth = 0;
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    if (depth < levels.size() && levels[depth].name != part) {
      levels.resize(depth);
    }
    if (depth == levels.size()) {
      Level level;
      level.name = std::string(part);
      if (HasLink(place.id, level.name)) {
        CPPET_ASSIGN_OR_RETURN(level.group, OpenObject(place.id, level.name));
        const hid_t group = level.group.get();
        if (!IsGroup(group) || IsLeaf(group)) {
          return StatusAt(
              group,
              absl::StrCat("it is no group, so there can be no ", full_name),
              absl::StatusCode::kAlreadyExists);
        }
      } else if (create) {
        CPPET_ASSIGN_OR_RETURN(level.group,
                               CreateGroup(place.id, level.name, filters_));
        level.is_new = true;
      } else {
        return Place();
      }
      levels.push_back(std::move(level));
    }
    place = {levels[depth].group.get(), levels[depth].is_new};
    ++depth;
  }
  return place;
}

void GroupPath::StartOver(size_t depth) {
  for (auto& [branch, levels] : branches_) {
    if (levels.size() > depth) levels.resize(depth);
    for (Level& level : levels) level.is_new = false;
  }
}

}  // namespace cppet::hdf5
