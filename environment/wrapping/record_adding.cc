#include "cppet/environment/wrapping/record_adding.h"

#include <cstdint>
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

absl::Status Add(LeafRecord leaf, int64_t index, Trajectory& trajectory) {
  const LeafHead& head = *leaf.head;
  const std::string full_name = NameInRun(head.name, index);
  const std::string parent(ParentPart(full_name));
  std::string name(LastPart(full_name));
  std::unique_ptr<Node> node;
  if (head.kind == Node::Kind::kParameter) {
    node = std::make_unique<Parameter>(std::move(name), leaf.items.at(0).second,
                                       head.class_name);
  } else {
    node = std::make_unique<Result>(std::move(name), std::move(leaf.items),
                                    head.class_name);
  }
  node->set_comment(head.comment);
  for (const auto& [key, value] : head.annotations) node->Annotate(key, value);
  return trajectory.tree().Add(parent, std::move(node)).status();
}

}  // namespace

absl::Status AddRecord(RunRecord record, Trajectory& trajectory) {
  for (LeafRecord& leaf : record.leaves) {
    CPPET_RETURN_IF_ERROR(Add(std::move(leaf), record.index, trajectory));
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
