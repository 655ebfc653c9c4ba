#ifndef CPPET_TOOLS_LIB_TREE_TEXT_H_
#define CPPET_TOOLS_LIB_TREE_TEXT_H_

#include <cstdint>
#include <string>

#include "cppet/trajectory/node.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {

struct TreeTextOptions {
  // Of many runs or other nodes in a group, how many are shown.
  int max_runs = 3;
  int max_children = 50;
  // Runs of the trajectory that are not in its tree and are counted, too.
  int64_t more_runs = 0;
  // Only how many values there are in the branch config.
  bool fold_config = true;
};

// Returns what is below `group` for a human: a line for each node, with value
// and comment in columns of their own.
std::string TreeText(const Group& group, const TreeTextOptions& options = {});

// Name, comment and time of a trajectory, and how many runs it has, in a few
// lines.
std::string TrajectoryHeader(const Trajectory& trajectory);

// All of a leaf for a human: class, comment, annotations and whole values.
std::string LeafText(const Leaf& leaf);

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_TREE_TEXT_H_
