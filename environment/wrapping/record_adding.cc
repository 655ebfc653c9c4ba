#include "cppet/environment/wrapping/record_adding.h"

#include <memory>
#include <string>
#include <utility>

#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace {

absl::Status Add(GroupRecord group, Trajectory& trajectory) {
  CPPET_ASSIGN_OR_RETURN(Group * node,
                         trajectory.tree().AddGroup(group.full_name));
  if (!group.comment.empty()) node->set_comment(group.comment);
  for (auto& [key, value] : group.annotations) {
    node->Annotate(key, std::move(value));
  }
  return absl::OkStatus();
}

absl::Status Add(const LinkRecord& link, Trajectory& trajectory) {
  CPPET_ASSIGN_OR_RETURN(Node * target, trajectory.tree().Find(link.target));
  return trajectory.tree().AddLink(link.full_name, *target);
}

absl::Status Add(LeafRecord leaf, Trajectory& trajectory) {
  const std::string parent(ParentPart(leaf.full_name));
  std::string name(LastPart(leaf.full_name));
  std::unique_ptr<Node> node;
  if (leaf.kind == Node::Kind::kParameter) {
    node = std::make_unique<Parameter>(std::move(name), leaf.items.at(0).second,
                                       leaf.class_name);
  } else {
    node = std::make_unique<Result>(std::move(name), std::move(leaf.items),
                                    leaf.class_name);
  }
  node->set_comment(leaf.comment);
  for (auto& [key, value] : leaf.annotations) {
    node->Annotate(key, std::move(value));
  }
  return trajectory.tree().Add(parent, std::move(node)).status();
}

}  // namespace

absl::Status AddRecord(RunRecord record, Trajectory& trajectory) {
  for (LeafRecord& leaf : record.leaves) {
    CPPET_RETURN_IF_ERROR(Add(std::move(leaf), trajectory));
  }
  for (GroupRecord& group : record.groups) {
    CPPET_RETURN_IF_ERROR(Add(std::move(group), trajectory));
  }
  for (const LinkRecord& link : record.links) {
    CPPET_RETURN_IF_ERROR(Add(link, trajectory));
  }
  return absl::OkStatus();
}

}  // namespace cppet
