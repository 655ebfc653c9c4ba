#include "cppet/storage/hdf5/tree/nodes_read.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet::hdf5 {
namespace {

bool HasLinkNamed(const Tree& tree, absl::string_view full_name) {
  const absl::string_view parent = ParentPart(full_name);
  const Node* group = parent.empty() ? &tree.root() : tree.FindExact(parent);
  return group != nullptr && group->is_group() &&
         static_cast<const Group*>(group)->Link(LastPart(full_name)) != nullptr;
}

}  // namespace

absl::Status AddNode(NodeRead read, Trajectory* trajectory) {
  Tree& tree = trajectory->tree();
  if (!read.node->is_group()) {
    return tree.Add(read.parent, std::move(read.node)).status();
  }
  const std::string full_name = JoinName(read.parent, read.node->name());
  if (tree.FindExact(full_name) != nullptr) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(Group * group, tree.AddGroup(full_name));
  group->set_comment(read.node->comment());
  group->set_class_name(static_cast<const Group&>(*read.node).class_name());
  for (const auto& [name, value] : read.node->annotations()) {
    group->Annotate(name, value);
  }
  return absl::OkStatus();
}

absl::Status AddLinks(
    hid_t group, const std::vector<std::pair<std::string, std::string>>& links,
    Trajectory* trajectory, Problems* problems) {
  const std::string root = PathOf(group) + "/";
  Tree& tree = trajectory->tree();
  for (const auto& [name, path] : links) {
    absl::string_view target = path;
    Node* const node =
        absl::ConsumePrefix(&target, root)
            ? tree.FindExact(absl::StrReplaceAll(target, {{"/", "."}}))
            : nullptr;
    if (node == nullptr) {
      CPPET_RETURN_IF_ERROR(
          problems->LeaveOut(group,
                             absl::StrCat(name, " is a link to ",
                                          path.empty() ? "another file" : path,
                                          ", which is not there or not loaded"),
                             absl::StatusCode::kNotFound));
      continue;
    }
    if (HasLinkNamed(tree, name)) continue;
    const absl::Status added = tree.AddLink(name, *node);
    if (!added.ok()) {
      CPPET_RETURN_IF_ERROR(
          problems->LeaveOut(group, added.message(), added.code()));
    }
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
