#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/nearest_name.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace {

// The most candidates that a message names.
constexpr size_t kNamedCandidates = 10;
// The most names among which a near one is looked for: an error is no reason
// to wait.
constexpr size_t kMostSuggestions = 20'000;

// True if `node` has a name that `part` stands for.
bool IsNamed(const Node& node, absl::string_view part) {
  return node.name() == part || node.name() == ResolveAlias(part);
}

// True if the names on the path from `from` down to `node`, which is named as
// the last of `parts`, have all of `parts` in order, or are just those.
bool HasParts(const Node& node, const Group& from,
              const std::vector<absl::string_view>& parts,
              const FindOptions& options) {
  const int steps = node.depth() - from.depth();
  if (steps < static_cast<int>(parts.size()) || steps > options.max_depth) {
    return false;
  }
  if (!options.shortcuts && steps > static_cast<int>(parts.size())) {
    return false;
  }
  auto missing = parts.rbegin() + 1;
  const Group* group = node.parent();
  for (; group != nullptr && group != &from; group = group->parent()) {
    if (missing != parts.rend() && IsNamed(*group, *missing)) ++missing;
  }
  return group == &from && missing == parts.rend();
}

}  // namespace

// The nodes that a part of a name leads to, all after `steps` steps.
struct Tree::Match {
  std::vector<Node*> nodes;
  int steps = 0;
};

// How far a name led.
struct Tree::Lookup {
  // Null unless it led to one node.
  Node* node = nullptr;
  // Otherwise the part that led no further, from where, and to which nodes.
  std::string part;
  const Node* at = nullptr;
  std::vector<Node*> tied;
};

// The fewest steps down from `from` to `to`; none if there is no way.
std::optional<int> Tree::Steps(const Group& from, const Group& to,
                               bool with_links) const {
  const Group* group = &to;
  int steps = 0;
  while (group != &from && !(with_links && links_to_.contains(group))) {
    if (group->parent() == nullptr) return std::nullopt;
    group = group->parent();
    ++steps;
  }
  if (group == &from) return steps;
  // A link may be the shorter way: upwards, all ways at once.
  std::vector<const Group*> level = {group};
  absl::flat_hash_set<const Group*> seen = {nullptr, group};
  for (; !level.empty(); ++steps) {
    std::vector<const Group*> next;
    const auto visit = [&](const Group* up) {
      if (seen.insert(up).second) next.push_back(up);
    };
    for (const Group* down : level) {
      if (down == &from) return steps;
      visit(down->parent());
      const auto links = links_to_.find(down);
      if (links == links_to_.end()) continue;
      for (const auto& link : links->second) visit(link.first);
    }
    level = std::move(next);
  }
  return std::nullopt;
}

// The nodes or links named `part` that are nearest below `from`.
Tree::Match Tree::Search(absl::string_view part, const Group& from,
                         bool with_links, int max_steps) const {
  Match match;
  match.steps = max_steps;
  const auto consider = [&](Node* node, const Group& group) {
    const std::optional<int> above = Steps(from, group, with_links);
    if (!above.has_value() || *above >= match.steps) return;
    if (*above + 1 < match.steps) match.nodes.clear();
    match.steps = *above + 1;
    match.nodes.push_back(node);
  };
  if (const auto named = index_.find(part); named != index_.end()) {
    for (Node* node : named->second) consider(node, *node->parent());
  }
  const auto links = link_index_.find(part);
  if (!with_links || links == link_index_.end()) return match;
  for (const Group* group : links->second) consider(group->Link(part), *group);
  // Two ways to the same node are no tie.
  absl::flat_hash_set<const Node*> seen;
  const auto again = [&seen](const Node* node) {
    return !seen.insert(node).second;
  };
  match.nodes.erase(
      std::remove_if(match.nodes.begin(), match.nodes.end(), again),
      match.nodes.end());
  return match;
}

Tree::Match Tree::Step(absl::string_view part, const Group& from,
                       const FindOptions& options, int max_steps) const {
  if (max_steps < 1) return {};
  const std::string alias = ResolveAlias(part);
  for (const absl::string_view name : {part, absl::string_view(alias)}) {
    Node* node = from.Child(name);
    if (node == nullptr && options.with_links) node = from.Link(name);
    if (node != nullptr) return {{node}, 1};
  }
  if (!options.shortcuts) return {};
  Match match = Search(alias, from, options.with_links, max_steps);
  if (match.nodes.empty() && alias != part) {
    match = Search(part, from, options.with_links, max_steps);
  }
  return match;
}

Tree::Lookup Tree::LookUp(absl::string_view name, const Group& from,
                          const FindOptions& options) const {
  Lookup lookup;
  lookup.at = &from;
  int steps = 0;
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    Match match;
    if (lookup.at->is_group()) {
      const auto& group = static_cast<const Group&>(*lookup.at);
      Node* child = group.Child(part);
      if (child != nullptr && steps < options.max_depth) {
        lookup.at = child;
        ++steps;
        continue;
      }
      match = Step(part, group, options, options.max_depth - steps);
    }
    if (match.nodes.size() != 1) {
      lookup.part = std::string(part);
      lookup.tied = std::move(match.nodes);
      return lookup;
    }
    lookup.at = match.nodes.front();
    steps += match.steps;
  }
  lookup.node = const_cast<Node*>(lookup.at);
  return lookup;
}

// The names of the run first, then those of run_ALL.
Tree::Lookup Tree::LookUpInRun(absl::string_view name, const Group& from,
                               const FindOptions& options) const {
  if (!HasPlaceholder(name)) return LookUp(name, from, options);
  if (options.run != kNoRun) {
    Lookup lookup =
        LookUp(ExpandPlaceholders(name, options.run), from, options);
    if (lookup.node != nullptr || !lookup.tied.empty()) return lookup;
  }
  return LookUp(ExpandPlaceholders(name, kNoRun), from, options);
}

absl::Status Tree::NotFound(absl::string_view name, const Lookup& lookup,
                            const FindOptions& options) const {
  const std::string at =
      lookup.at->depth() == 0 ? "the root" : lookup.at->full_name();
  const std::string missing = absl::StrCat("there is no '", name, "'");
  if (!lookup.at->is_group()) {
    return absl::NotFoundError(absl::StrCat(missing, ": ", at, " is no group"));
  }
  const std::string alias = ResolveAlias(lookup.part);
  for (const std::string& known : {lookup.part, alias}) {
    if (!index_.contains(known) && !link_index_.contains(known)) continue;
    return absl::NotFoundError(absl::StrCat(
        missing, ": '", lookup.part, "' is not ",
        options.shortcuts ? "below " : "a child, as is wished, of ", at));
  }
  std::string suggestion;
  if (index_.size() <= kMostSuggestions) {
    std::vector<std::string> names;
    for (const auto& [own_name, nodes] : index_) names.push_back(own_name);
    for (const auto& [own_name, groups] : link_index_) {
      names.push_back(own_name);
    }
    std::sort(names.begin(), names.end());
    suggestion = NearestName(lookup.part, names);
  }
  return absl::NotFoundError(absl::StrCat(
      missing, " in the trajectory",
      suggestion.empty() ? ""
                         : absl::StrCat("; did you mean '", suggestion, "'?")));
}

Node* Tree::FindOrNull(absl::string_view name, const Group& from,
                       const FindOptions& options) const {
  return LookUpInRun(name, from, options).node;
}

absl::StatusOr<Node*> Tree::Find(absl::string_view name, const Group& from,
                                 const FindOptions& options) const {
  const Lookup lookup = LookUpInRun(name, from, options);
  if (lookup.node != nullptr) return lookup.node;
  const int parts = 1 + std::count(name.begin(), name.end(), '.');
  if (parts > options.max_depth) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", name, "' has ", parts, " parts, but a depth of ",
                     options.max_depth, " is the most to search"));
  }
  if (lookup.tied.empty()) return NotFound(name, lookup, options);
  std::vector<std::string> candidates;
  for (const Node* node : lookup.tied) {
    if (candidates.size() == kNamedCandidates) break;
    candidates.push_back(node->full_name());
  }
  const size_t more = lookup.tied.size() - candidates.size();
  return absl::FailedPreconditionError(absl::StrCat(
      "'", name, "' is ambiguous: it may be ", absl::StrJoin(candidates, ", "),
      more > 0 ? absl::StrCat(" or one of ", more, " more") : ""));
}

std::vector<Node*> Tree::FindAll(absl::string_view name, const Group& from,
                                 const FindOptions& options) const {
  const std::string expanded = ExpandPlaceholders(name, options.run);
  const std::vector<absl::string_view> parts = absl::StrSplit(expanded, '.');
  const std::string last(parts.back());
  std::vector<std::string> own_names = {last};
  if (const std::string alias = ResolveAlias(last); alias != last) {
    own_names.push_back(alias);
  }
  std::vector<Node*> found;
  for (const std::string& own_name : own_names) {
    const auto named = index_.find(own_name);
    if (named == index_.end()) continue;
    for (Node* node : named->second) {
      if (HasParts(*node, from, parts, options)) found.push_back(node);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](Node* a, Node* b) { return a->depth() < b->depth(); });
  return found;
}

}  // namespace cppet
