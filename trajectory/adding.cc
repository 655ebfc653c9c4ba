#include "cppet/trajectory/adding.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
absl::Status CheckBranch(absl::string_view full_name,
                         absl::string_view branch) {
  if (FirstPart(full_name) == branch) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(full_name, " is in ", FirstPart(full_name),
                   ", where nothing of ", branch, " can be"));
}

absl::StatusOr<Parameter*> AddParameter(Tree& tree, absl::string_view full_name,
                                        Value value,
                                        absl::string_view comment) {
  if (FirstPart(full_name) == "results") {
    return absl::InvalidArgumentError(
        absl::StrCat(full_name, " is in results, where no parameter can be"));
  }
  CPPET_RETURN_IF_ERROR(CheckParameterValue(full_name, value));
  CPPET_RETURN_IF_ERROR(CheckComment(full_name, comment));
  auto parameter = std::make_unique<Parameter>(std::string(LastPart(full_name)),
                                               std::move(value));
  parameter->set_comment(comment);
  CPPET_ASSIGN_OR_RETURN(Node * node,
                         tree.Add(ParentPart(full_name), std::move(parameter)));
  return static_cast<Parameter*>(node);
}

absl::StatusOr<Result*> AddResult(Tree& tree, absl::string_view full_name,
                                  Items items, absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckBranch(full_name, "results"));
  CPPET_RETURN_IF_ERROR(CheckItems(full_name, items));
  CPPET_RETURN_IF_ERROR(CheckComment(full_name, comment));
  auto result = std::make_unique<Result>(std::string(LastPart(full_name)),
                                         std::move(items));
  result->set_comment(comment);
  CPPET_ASSIGN_OR_RETURN(Node * node,
                         tree.Add(ParentPart(full_name), std::move(result)));
  return static_cast<Result*>(node);
}

absl::StatusOr<Leaf*> AddLeaf(Tree& tree, absl::string_view full_name,
                              Value value, absl::string_view comment) {
  if (FirstPart(full_name) == "results") {
    std::string item(LastPart(full_name));
    return AddResult(tree, full_name, {{std::move(item), std::move(value)}},
                     comment);
  }
  return AddParameter(tree, full_name, std::move(value), comment);
}

absl::StatusOr<Group*> AddGroup(Tree& tree, absl::string_view full_name,
                                absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckComment(full_name, comment));
  CPPET_ASSIGN_OR_RETURN(Group * group, tree.AddGroup(full_name));
  if (!comment.empty()) group->set_comment(comment);
  return group;
}

}  // namespace cppet
