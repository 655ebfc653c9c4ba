#ifndef CPPET_TRAJECTORY_ADDING_H_
#define CPPET_TRAJECTORY_ADDING_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Add a node to `tree` by its full name, with all checks of what is added.
//
// Errors, and then nothing is added: those of Tree::Add, and
//   kInvalidArgument: the value, an item or the comment is not admissible
//     (value_check.h), or a result is not in results, or a parameter is.
absl::StatusOr<Parameter*> AddParameter(Tree& tree, absl::string_view full_name,
                                        Value value, absl::string_view comment);
absl::StatusOr<Result*> AddResult(Tree& tree, absl::string_view full_name,
                                  Items items, absl::string_view comment);
// In the branch results, a result with `value` as the item of its own name; in
// all others, a parameter.
absl::StatusOr<Leaf*> AddLeaf(Tree& tree, absl::string_view full_name,
                              Value value, absl::string_view comment);
// A group that is there already gets the comment, unless that is empty.
absl::StatusOr<Group*> AddGroup(Tree& tree, absl::string_view full_name,
                                absl::string_view comment);

// Errors:
//   kInvalidArgument: `full_name` is not below `branch`.
absl::Status CheckBranch(absl::string_view full_name, absl::string_view branch);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_ADDING_H_
