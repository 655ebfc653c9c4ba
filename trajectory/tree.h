#ifndef CPPET_TRAJECTORY_TREE_H_
#define CPPET_TRAJECTORY_TREE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"

namespace cppet {

// The tree of a trajectory and the ways to name a place in it.
class Tree {
 public:
  Tree() : root_("") {}
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const Group& root() const { return root_; }
  Group& root() { return root_; }

  // Adds `leaf` below the group `parent`, whose groups are made as needed
  // ("parameters.traffic"; empty for the root).
  //
  // Errors:
  //   kInvalidArgument: a name breaks the rules (names.h).
  //   kAlreadyExists: there is something of that name already, or a leaf
  //     where a group is needed.
  absl::StatusOr<Node*> Add(absl::string_view parent,
                            std::unique_ptr<Node> leaf);
  // The group of that full name, made with its parents as needed. Errors as
  // Add.
  absl::StatusOr<Group*> AddGroup(absl::string_view full_name);

  // The node of exactly that full name; null if there is none.
  Node* FindExact(absl::string_view full_name) const;

  // Natural naming: `name` is a full name, or a shortcut that leaves groups
  // out ("ncars", "traffic.ncars"), searched for below `from`. The node
  // nearest to `from` wins. The first part may be par, dpar, res or conf for a
  // branch, and run_7 or r_7 for run_00000007.
  //
  // Errors:
  //   kNotFound: nothing of that name; a near name is suggested.
  //   kFailedPrecondition: two or more are equally near; all are named.
  absl::StatusOr<Node*> Find(absl::string_view name, const Group& from) const;
  absl::StatusOr<Node*> Find(absl::string_view name) const {
    return Find(name, root_);
  }

 private:
  absl::StatusOr<Node*> Search(absl::string_view part, const Group& from,
                               absl::string_view whole_name) const;
  Node* Insert(Group& parent, std::unique_ptr<Node> node);

  Group root_;
  // All nodes by their own name.
  absl::flat_hash_map<std::string, std::vector<Node*>> index_;
};

// Calls `visit` for `node` (unless it is the root) and all below it, parents
// before children, siblings in the order in which they were added.
void VisitNodes(const Node& node,
                const std::function<void(const Node&)>& visit);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_TREE_H_
