#include "cppet/trajectory/tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

// Why nothing below `group`'s `part` can be added as `full_name`; OK if there
// is a group or nothing.
absl::Status CheckGroupPart(const Group& group, absl::string_view part,
                            absl::string_view full_name) {
  const Node* target = group.Link(part);
  const Node* child = group.Child(part);
  if (target == nullptr && (child == nullptr || child->is_group())) {
    return absl::OkStatus();
  }
  const std::string path = JoinName(group.full_name(), part);
  if (target != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat(
        "there can be nothing below the link ", path, ", so no ", full_name,
        "; add to ", target->full_name(), ", where it leads"));
  }
  return absl::AlreadyExistsError(
      absl::StrCat("there can be nothing below ", path,
                   ", which has data and is no group, so no ", full_name));
}

// A branch is a group below the root, and nothing else.
absl::Status CheckNoBranch(absl::string_view full_name) {
  if (!IsBranch(full_name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(full_name, " is the name of a branch"));
}

template <typename T>
void EraseLast(std::vector<T>& values, const T& value) {
  const auto it = std::find(values.rbegin(), values.rend(), value);
  values.erase(std::next(it).base());
}

}  // namespace

Node* Tree::Insert(Group& parent, std::unique_ptr<Node> node) {
  Node* added = parent.Adopt(std::move(node));
  index_[added->name()].push_back(added);
  return added;
}

void Tree::Unindex(const Node& node) {
  const auto it = index_.find(node.name());
  EraseLast(it->second, const_cast<Node*>(&node));
  if (it->second.empty()) index_.erase(it);
}

absl::StatusOr<Group*> Tree::AddGroup(absl::string_view full_name) {
  Group* group = &root_;
  if (full_name.empty()) return group;
  if (Node* there = FindExact(full_name); there && there->is_group()) {
    return static_cast<Group*>(there);
  }
  CPPET_RETURN_IF_ERROR(CheckNodeName(full_name));
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    CPPET_RETURN_IF_ERROR(CheckGroupPart(*group, part, full_name));
    Node* child = group->Child(part);
    if (child == nullptr) {
      child = Insert(*group, std::make_unique<Group>(std::string(part)));
    }
    group = static_cast<Group*>(child);
  }
  return group;
}

absl::Status Tree::CheckFree(absl::string_view full_name) const {
  CPPET_RETURN_IF_ERROR(CheckNodeName(full_name));
  const Group* group = &root_;
  const absl::string_view parent = ParentPart(full_name);
  const absl::string_view last = LastPart(full_name);
  for (const absl::string_view part :
       absl::StrSplit(parent, '.', absl::SkipEmpty())) {
    CPPET_RETURN_IF_ERROR(CheckGroupPart(*group, part, full_name));
    group = static_cast<const Group*>(group->Child(part));
    if (group == nullptr) return absl::OkStatus();
  }
  if (group->Child(last) == nullptr && group->Link(last) == nullptr) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(
      absl::StrCat("there is a ", full_name, " already"));
}

absl::StatusOr<Node*> Tree::Add(absl::string_view parent,
                                std::unique_ptr<Node> leaf) {
  const std::string full_name = JoinName(parent, leaf->name());
  CPPET_RETURN_IF_ERROR(CheckNoBranch(full_name));
  CPPET_RETURN_IF_ERROR(CheckFree(full_name));
  CPPET_ASSIGN_OR_RETURN(Group * group, AddGroup(parent));
  return Insert(*group, std::move(leaf));
}

absl::Status Tree::AddLink(absl::string_view full_name, Node& target) {
  if (target.parent() == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the link ", full_name, " cannot lead to the root"));
  }
  CPPET_RETURN_IF_ERROR(CheckNoBranch(full_name));
  CPPET_RETURN_IF_ERROR(CheckFree(full_name));
  CPPET_ASSIGN_OR_RETURN(Group * group, AddGroup(ParentPart(full_name)));
  std::string name(LastPart(full_name));
  link_index_[name].push_back(group);
  links_to_[&target].emplace_back(group, name);
  group->links_.emplace(std::move(name), &target);
  return absl::OkStatus();
}

void Tree::RemoveLink(Group& group, const std::string& name) {
  const auto link = group.links_.find(name);
  const auto to = links_to_.find(link->second);
  EraseLast(to->second, {&group, name});
  if (to->second.empty()) links_to_.erase(to);
  const auto named = link_index_.find(name);
  EraseLast(named->second, &group);
  if (named->second.empty()) link_index_.erase(named);
  group.links_.erase(link);
}

absl::Status Tree::RemoveLink(absl::string_view full_name) {
  const absl::string_view parent = ParentPart(full_name);
  Node* group = parent.empty() ? &root_ : FindExact(parent);
  const std::string name(LastPart(full_name));
  if (group == nullptr || !group->is_group() ||
      static_cast<Group*>(group)->Link(name) == nullptr) {
    return absl::NotFoundError(absl::StrCat("there is no link ", full_name));
  }
  RemoveLink(static_cast<Group&>(*group), name);
  return absl::OkStatus();
}

absl::Status Tree::Remove(Node& node, bool recursive) {
  if (node.parent() == nullptr) {
    return absl::InvalidArgumentError("the root cannot be removed");
  }
  if (node.is_group() && !recursive) {
    const auto& group = static_cast<const Group&>(node);
    if (!group.children().empty() || !group.links().empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          node.full_name(), " is a group of ",
          group.children().size() + group.links().size(),
          " and is only removed with all below it, if that is wished"));
    }
  }
  Bury(node.parent_->Release(node));
  return absl::OkStatus();
}

void Tree::Bury(std::unique_ptr<Node> node) {
  if (node->is_group()) {
    auto& group = static_cast<Group&>(*node);
    while (!group.links_.empty()) {
      RemoveLink(group, std::string(group.links_.begin()->first));
    }
    while (!group.children_.empty()) {
      std::unique_ptr<Node> child = std::move(group.children_.back());
      group.children_.pop_back();
      Bury(std::move(child));
    }
  }
  for (auto it = links_to_.find(node.get()); it != links_to_.end();
       it = links_to_.find(node.get())) {
    const auto [group, name] = it->second.back();
    RemoveLink(*group, name);
  }
  Unindex(*node);
  if (node->kind() == Node::Kind::kParameter) {
    node->name_ = node->full_name();
    node->parent_ = nullptr;
    removed_.push_back(std::move(node));
  }
}

absl::Status Tree::Rename(Node& node, absl::string_view name) {
  Group* parent = node.parent();
  if (parent == nullptr || IsBranch(node.full_name())) {
    return absl::InvalidArgumentError(
        absl::StrCat(parent == nullptr ? "the root" : node.full_name(),
                     " cannot be renamed"));
  }
  if (name.find('.') != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the new name '", name, "' of ", node.full_name(),
                     " has dots; it stays in its group"));
  }
  const std::string new_name = JoinName(parent->full_name(), name);
  CPPET_RETURN_IF_ERROR(CheckNoBranch(new_name));
  CPPET_RETURN_IF_ERROR(CheckFree(new_name));
  Unindex(node);
  parent->RenameChild(node, name);
  index_[node.name()].push_back(&node);
  return absl::OkStatus();
}

Node* Tree::FindExact(absl::string_view full_name) const {
  const Node* node = &root_;
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    if (!node->is_group()) return nullptr;
    node = static_cast<const Group*>(node)->Child(part);
    if (node == nullptr) return nullptr;
  }
  return const_cast<Node*>(node);
}

absl::StatusOr<Node*> Tree::FindOrLoad(absl::string_view name,
                                       const FindOptions& options) const {
  absl::StatusOr<Node*> found = Find(name, options);
  if (loader_ == nullptr || !absl::IsNotFound(found.status())) return found;
  std::vector<int64_t> runs = {options.run};
  if (HasPlaceholder(name) && options.run != kNoRun) runs.push_back(kNoRun);
  for (const int64_t run : runs) {
    std::vector<std::string> parts;
    for (const absl::string_view part :
         absl::StrSplit(ExpandPlaceholders(name, run), '.')) {
      parts.push_back(ResolveAlias(part));
    }
    const std::string full_name = absl::StrJoin(parts, ".");
    const absl::Status loaded = loader_(full_name);
    if (absl::IsNotFound(loaded)) continue;
    CPPET_RETURN_IF_ERROR(loaded);
    if (Node* node = FindExact(full_name)) return node;
  }
  return found;
}

absl::Status Tree::LoadData(const Leaf& leaf) const {
  if (leaf.loaded() || loader_ == nullptr) return absl::OkStatus();
  return loader_(leaf.full_name());
}

void VisitNodes(const Node& node,
                const std::function<void(const Node&)>& visit) {
  if (node.parent() != nullptr) visit(node);
  if (!node.is_group()) return;
  for (const auto& child : static_cast<const Group&>(node).children()) {
    VisitNodes(*child, visit);
  }
}

std::vector<const Leaf*> Leaves(const Group& group) {
  std::vector<const Leaf*> leaves;
  std::vector<const Group*> groups = {&group};
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const auto& child : groups[i]->children()) {
      if (child->is_group()) {
        groups.push_back(static_cast<const Group*>(child.get()));
      } else {
        leaves.push_back(static_cast<const Leaf*>(child.get()));
      }
    }
  }
  return leaves;
}

}  // namespace cppet
