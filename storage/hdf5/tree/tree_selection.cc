#include "cppet/storage/hdf5/tree/tree_selection.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

void SelectUpwards(const Node* node, TreeSelection* selection) {
  for (; node->parent() != nullptr; node = node->parent()) {
    if (!selection->nodes.insert(node).second) return;
  }
}

void SelectDownwards(const Node& node, TreeSelection* selection) {
  const auto select_links = [selection](const Node& from) {
    if (!from.is_group()) return;
    const auto& group = static_cast<const Group&>(from);
    for (const auto& [name, target] : group.links()) {
      selection->links.emplace(&group, name);
    }
  };
  select_links(node);
  VisitNodes(node, [&](const Node& below) {
    selection->nodes.insert(&below);
    select_links(below);
  });
}

}  // namespace

absl::StatusOr<TreeSelection> SelectNodes(const Tree& tree,
                                          absl::Span<const std::string> names,
                                          bool recursive) {
  TreeSelection selection;
  for (const std::string& name : names) {
    if (const Node* node = tree.FindExact(name)) {
      SelectUpwards(node, &selection);
      if (recursive) SelectDownwards(*node, &selection);
      continue;
    }
    const absl::string_view parent = ParentPart(name);
    const std::string last(LastPart(name));
    const Node* group = parent.empty() ? &tree.root() : tree.FindExact(parent);
    if (group == nullptr || !group->is_group() ||
        static_cast<const Group*>(group)->Link(last) == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("there is no '", name, "' that could be stored"));
    }
    SelectUpwards(group, &selection);
    selection.links.emplace(static_cast<const Group*>(group), last);
  }
  return selection;
}

}  // namespace cppet::hdf5
