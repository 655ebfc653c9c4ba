#ifndef CPPET_TRAJECTORY_TREE_H_
#define CPPET_TRAJECTORY_TREE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet {

// Brings the node of a full name into memory, or the data of a leaf that is
// there without. kNotFound: it is nowhere else either.
using NodeLoader = std::function<absl::Status(const std::string& full_name)>;

// How a name is looked up.
struct FindOptions {
  // Whether groups may be left out; otherwise every step is to a child.
  bool shortcuts = true;
  // Whether links are followed.
  bool with_links = true;
  // The most steps from where the search starts.
  int max_depth = std::numeric_limits<int>::max();
  // The run that $, crun, $set and crunset stand for. What it does not have is
  // looked up in run_ALL.
  int64_t run = kNoRun;
};

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
  // Errors, and then nothing is added:
  //   kInvalidArgument: a name breaks the rules (names.h), or is that of a
  //     branch, like "results", which is a group.
  //   kAlreadyExists: there is something of that name already, or a leaf or a
  //     link where a group is needed.
  absl::StatusOr<Node*> Add(absl::string_view parent,
                            std::unique_ptr<Node> leaf);
  // The group of that full name, made with its parents as needed. Errors as
  // Add.
  absl::StatusOr<Group*> AddGroup(absl::string_view full_name);
  // OK if something could be added as `full_name`. Errors as Add.
  absl::Status CheckFree(absl::string_view full_name) const;

  // Makes `full_name` a further name for `target`; its groups are made as
  // needed. A link ends when its target is removed.
  //
  // Errors as Add, and
  //   kInvalidArgument: the target is the root.
  absl::Status AddLink(absl::string_view full_name, Node& target);
  // Errors:
  //   kNotFound: there is no link of that full name.
  absl::Status RemoveLink(absl::string_view full_name);

  // Removes `node` with all below it and all links to them. Parameters are
  // kept aside, so that keys to them (key.h) stay valid; their full names
  // stay as they were.
  //
  // Errors:
  //   kInvalidArgument: it is the root.
  //   kFailedPrecondition: it is a group that is not empty, and not
  //     `recursive`.
  absl::Status Remove(Node& node, bool recursive);

  // Changes the last part of the full name of `node`. Links to it stay.
  //
  // Errors:
  //   kInvalidArgument: the name breaks the rules, or `node` is the root or a
  //     branch, like results.
  //   kAlreadyExists: its group has something of that name.
  absl::Status Rename(Node& node, absl::string_view name);

  // The node of exactly that full name; null if there is none. Follows no
  // links.
  Node* FindExact(absl::string_view full_name) const;

  // Who is asked for what is read and not in memory; nobody if null.
  void SetLoader(NodeLoader loader) { loader_ = std::move(loader); }
  // Find; what is not in memory is loaded if `name` is its whole full name, in
  // which parts may be aliases and placeholders. Errors of Find and the loader.
  absl::StatusOr<Node*> FindOrLoad(absl::string_view name,
                                   const FindOptions& options = {}) const;
  // Loads the data of `leaf` if it is not there. Does nothing without a loader.
  absl::Status LoadData(const Leaf& leaf) const;

  // Natural naming: `name` is a full name, or a shortcut that leaves groups
  // out ("ncars", "traffic.ncars"), searched for below `from`. The node
  // nearest to `from` wins. A part may be
  //   par, dpar, res, conf: a branch,
  //   run_7 or r_7: run_00000007; run_A: run_ALL,
  //   rts_7 or runtoset_7: the run_set_00000 of run 7,
  //   $ or crun, $set or crunset: the run of the options and its set,
  // unless there is a child of just that name.
  //
  // Errors:
  //   kNotFound: nothing of that name; a near name is suggested.
  //   kFailedPrecondition: two or more are equally near; all are named.
  //   kInvalidArgument: `max_depth` is less than the parts of the name.
  absl::StatusOr<Node*> Find(absl::string_view name, const Group& from,
                             const FindOptions& options = {}) const;
  absl::StatusOr<Node*> Find(absl::string_view name,
                             const FindOptions& options = {}) const {
    return Find(name, root_, options);
  }
  // The same, with null for any error. Faster if there is none of that name.
  Node* FindOrNull(absl::string_view name, const Group& from,
                   const FindOptions& options = {}) const;
  Node* FindOrNull(absl::string_view name,
                   const FindOptions& options = {}) const {
    return FindOrNull(name, root_, options);
  }
  // All nodes below `from` with the last part of `name` as their own name and
  // the others in order on the path to it; those of least depth first. Links
  // are not followed.
  std::vector<Node*> FindAll(absl::string_view name, const Group& from,
                             const FindOptions& options = {}) const;
  std::vector<Node*> FindAll(absl::string_view name,
                             const FindOptions& options = {}) const {
    return FindAll(name, root_, options);
  }

 private:
  struct Match;
  struct Lookup;

  Node* Insert(Group& parent, std::unique_ptr<Node> node);
  void Unindex(const Node& node);
  void RemoveLink(Group& group, const std::string& name);
  void Bury(std::unique_ptr<Node> node);

  std::optional<int> Steps(const Group& from, const Group& to,
                           bool with_links) const;
  Match Search(absl::string_view part, const Group& from, bool with_links,
               int max_steps) const;
  Match Step(absl::string_view part, const Group& from,
             const FindOptions& options, int max_steps) const;
  Lookup LookUp(absl::string_view name, const Group& from,
                const FindOptions& options) const;
  Lookup LookUpInRun(absl::string_view name, const Group& from,
                     const FindOptions& options) const;
  absl::Status NotFound(absl::string_view name, const Lookup& lookup,
                        const FindOptions& options) const;

  Group root_;
  // All nodes by their own name.
  absl::flat_hash_map<std::string, std::vector<Node*>> index_;
  // The groups that have a link of that name.
  absl::flat_hash_map<std::string, std::vector<Group*>> link_index_;
  // The groups and names of the links to a node.
  absl::flat_hash_map<const Node*, std::vector<std::pair<Group*, std::string>>>
      links_to_;
  // Parameters that were removed.
  std::vector<std::unique_ptr<Node>> removed_;
  NodeLoader loader_;
};

// Calls `visit` for `node` (unless it is the root) and all below it, parents
// before children, siblings in the order in which they were added.
void VisitNodes(const Node& node,
                const std::function<void(const Node&)>& visit);

// All leaves below `group`, those of least depth first. Follows no links.
std::vector<const Leaf*> Leaves(const Group& group);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_TREE_H_
