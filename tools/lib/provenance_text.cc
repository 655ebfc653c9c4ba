#include "cppet/tools/lib/provenance_text.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace {

constexpr size_t kShortHexsha = 7;
constexpr size_t kMaxQuoted = 60;

// The groups of the group of that name.
std::vector<const Group*> GroupsIn(const Trajectory& trajectory,
                                   absl::string_view full_name) {
  std::vector<const Group*> groups;
  const Node* parent = trajectory.tree().FindExact(full_name);
  if (parent == nullptr || !parent->is_group()) return groups;
  for (const auto& child : static_cast<const Group*>(parent)->children()) {
    if (!child->is_group()) continue;
    groups.push_back(static_cast<const Group*>(child.get()));
  }
  return groups;
}

// The text of that name in `group`; empty if there is none.
std::string TextIn(const Group& group, absl::string_view name) {
  const Node* node = group.Child(name);
  if (node == nullptr || node->kind() != Node::Kind::kParameter) return "";
  const auto& value = static_cast<const Parameter*>(node)->value();
  if (!value.has_value() || !value->is_scalar() || !value->is_text()) return "";
  return value->texts()[0];
}

std::string Quoted(const std::string& text) {
  if (text.empty()) return "";
  return absl::StrCat(", \"", OneLine(text, kMaxQuoted), "\"");
}

}  // namespace

std::string ProvenanceText(const Trajectory& trajectory) {
  std::string text;
  for (const Group* commit : GroupsIn(trajectory, "config.git")) {
    const std::string hexsha = TextIn(*commit, "hexsha");
    if (hexsha.empty()) continue;
    const std::string name_rev = TextIn(*commit, "name_rev");
    const absl::string_view name =
        absl::StripPrefix(absl::StripPrefix(name_rev, hexsha), " ");
    absl::StrAppend(&text, "code: ", hexsha.substr(0, kShortHexsha), " ",
                    OneLine(name, kMaxQuoted),
                    Quoted(TextIn(*commit, "message")), "\n");
  }
  for (const Group* environment : GroupsIn(trajectory, "config.environment")) {
    if (TextIn(*environment, "git_patch").empty()) continue;
    absl::StrAppend(&text, "code: changed since ",
                    TextIn(*environment, "git_commit").substr(0, kShortHexsha),
                    ", see --patch\n");
  }
  for (const Group* record : GroupsIn(trajectory, "config.sumatra")) {
    const std::string label = TextIn(*record, "label");
    if (label.empty()) continue;
    absl::StrAppend(&text, "Sumatra record: ", OneLine(label, kMaxQuoted),
                    Quoted(TextIn(*record, "reason")), "\n");
  }
  return text;
}

absl::StatusOr<std::string> UncommittedPatch(const Trajectory& trajectory) {
  std::string patch;
  double latest = -1;
  for (const Group* environment : GroupsIn(trajectory, "config.environment")) {
    std::string found = TextIn(*environment, "git_patch");
    const double timestamp =
        trajectory
            .Get<double>(absl::StrCat(environment->full_name(), ".timestamp"))
            .value_or(0);
    if (found.empty() || timestamp < latest) continue;
    latest = timestamp;
    patch = std::move(found);
  }
  if (patch.empty()) {
    return absl::NotFoundError(
        absl::StrCat(trajectory.name(),
                     " has no changes of its code that were not "
                     "committed"));
  }
  return patch;
}

}  // namespace cppet
