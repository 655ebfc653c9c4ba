#include "cppet/trajectory/tree.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/base/nearest_name.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"

namespace cppet {
namespace {

// The most candidates that a message names.
constexpr size_t kNamedCandidates = 10;

bool IsBelow(const Node& node, const Group& group) {
  const Node* up = &node;
  while (up->depth() > group.depth()) up = up->parent();
  return up == &group && &node != &group;
}

// "par" -> "parameters", "run_7" -> "run_00000007", ...
std::string ResolveAlias(absl::string_view part) {
  if (part == "par") return "parameters";
  if (part == "dpar") return "derived_parameters";
  if (part == "res") return "results";
  if (part == "conf") return "config";
  absl::string_view digits = part;
  int64_t index;
  if ((absl::ConsumePrefix(&digits, "run_") ||
       absl::ConsumePrefix(&digits, "r_")) &&
      !digits.empty() &&
      std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
      absl::SimpleAtoi(digits, &index)) {
    return RunName(index);
  }
  return std::string(part);
}

}  // namespace

Node* Tree::Insert(Group& parent, std::unique_ptr<Node> node) {
  Node* added = parent.Adopt(std::move(node));
  index_[added->name()].push_back(added);
  return added;
}

absl::StatusOr<Group*> Tree::AddGroup(absl::string_view full_name) {
  Group* group = &root_;
  if (full_name.empty()) return group;
  if (Node* there = FindExact(full_name); there && there->is_group()) {
    return static_cast<Group*>(there);
  }
  CPPET_RETURN_IF_ERROR(CheckNodeName(full_name));
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    Node* child = group->Child(part);
    if (child == nullptr) {
      child = Insert(*group, std::make_unique<Group>(std::string(part)));
    }
    if (!child->is_group()) {
      return absl::AlreadyExistsError(
          absl::StrCat("there can be nothing below ", child->full_name(),
                       ", which has data and is no group, so no ", full_name));
    }
    group = static_cast<Group*>(child);
  }
  return group;
}

absl::StatusOr<Node*> Tree::Add(absl::string_view parent,
                                std::unique_ptr<Node> leaf) {
  const std::string full_name =
      absl::StrCat(parent, parent.empty() ? "" : ".", leaf->name());
  CPPET_RETURN_IF_ERROR(CheckNodeName(full_name));
  if (FindExact(full_name) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat("there is a ", full_name, " already"));
  }
  CPPET_ASSIGN_OR_RETURN(Group * group, AddGroup(parent));
  return Insert(*group, std::move(leaf));
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

absl::StatusOr<Node*> Tree::Search(absl::string_view part, const Group& from,
                                   absl::string_view whole_name) const {
  std::vector<Node*> nearest;
  if (const auto it = index_.find(part); it != index_.end()) {
    for (Node* node : it->second) {
      if (!IsBelow(*node, from)) continue;
      if (!nearest.empty() && node->depth() > nearest[0]->depth()) continue;
      if (!nearest.empty() && node->depth() < nearest[0]->depth()) {
        nearest.clear();
      }
      nearest.push_back(node);
    }
  }
  if (nearest.size() == 1) return nearest[0];
  if (nearest.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, nodes] : index_) names.push_back(name);
    std::sort(names.begin(), names.end());
    const std::string suggestion = NearestName(part, names);
    return absl::NotFoundError(
        absl::StrCat("there is no '", whole_name, "' in the trajectory",
                     suggestion.empty() || suggestion == part
                         ? ""
                         : absl::StrCat("; did you mean '", suggestion, "'?")));
  }
  std::vector<std::string> candidates;
  for (const Node* node : nearest) {
    if (candidates.size() == kNamedCandidates) break;
    candidates.push_back(node->full_name());
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "'", whole_name, "' is ambiguous: it may be ",
      absl::StrJoin(candidates, ", "),
      nearest.size() > kNamedCandidates
          ? absl::StrCat(" or one of ", nearest.size() - kNamedCandidates,
                         " more")
          : ""));
}

absl::StatusOr<Node*> Tree::Find(absl::string_view name,
                                 const Group& from) const {
  const Node* node = &from;
  for (const absl::string_view raw : absl::StrSplit(name, '.')) {
    if (!node->is_group()) {
      return absl::NotFoundError(absl::StrCat(
          "there is no '", name, "': ", node->full_name(), " is no group"));
    }
    const Group& group = static_cast<const Group&>(*node);
    const std::string part = ResolveAlias(raw);
    node = group.Child(part);
    if (node == nullptr) {
      CPPET_ASSIGN_OR_RETURN(node, Search(part, group, name));
    }
  }
  return const_cast<Node*>(node);
}

void VisitNodes(const Node& node,
                const std::function<void(const Node&)>& visit) {
  if (node.parent() != nullptr) visit(node);
  if (!node.is_group()) return;
  for (const auto& child : static_cast<const Group&>(node).children()) {
    VisitNodes(*child, visit);
  }
}

}  // namespace cppet
