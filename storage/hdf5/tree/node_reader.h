#ifndef CPPET_STORAGE_HDF5_TREE_NODE_READER_H_
#define CPPET_STORAGE_HDF5_TREE_NODE_READER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/seen_objects.h"
#include "cppet/storage/hdf5/tree/direct_results.h"
#include "cppet/storage/hdf5/tree/node_read.h"
#include "cppet/storage/hdf5/tree/problems.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/leaf_class.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/node.h"
#include "hdf5.h"

namespace cppet::hdf5 {

struct NodeReaderOptions {
  // How much of the node of that full name is read; what is below a group of
  // kNothing is not read either.
  std::function<LoadLevel(absl::string_view full_name)> level;
  // Takes each node, parents before their children. An error is a problem of
  // the file.
  std::function<absl::Status(NodeRead read)> take;
  // Whether an item of a result is read; null: all are.
  std::function<bool(absl::string_view name)> wanted;
  // Of leaves; their items become values.
  LeafClasses classes;
  // The runs that an explored parameter has values for.
  int64_t length = 1;
  // The most steps from where a call of Read starts.
  int max_depth = std::numeric_limits<int>::max();
  // Plain results are read without HDF5: `export` of 10000 runs takes 0.14 s
  // instead of 0.76. What they become is the same.
  bool direct = true;
};

// Reads nodes of a trajectory in a file. Nothing in the file is trusted.
class NodeReader {
 public:
  // `problems` must outlive it.
  NodeReader(NodeReaderOptions options, Problems* problems)
      : options_(std::move(options)), problems_(*problems) {}

  // Reads what `link` in the group `parent`, whose full name is `parent_name`,
  // leads to, and all below it.
  //
  // Errors: of Problems.
  absl::Status Read(hid_t parent, const std::string& parent_name,
                    const Link& link) {
    return ReadNode(parent, parent_name, link, 1);
  }

  // Reads a group by itself.
  absl::Status ReadGroup(hid_t id, const std::string& full_name);

  const NodeReaderOptions& options() const { return options_; }
  // The links that were met, by full name, and the paths that they lead to.
  const std::vector<std::pair<std::string, std::string>>& links() const {
    return links_;
  }
  // The parameters that were met and have a range, loaded or not.
  const std::vector<std::string>& explored() const { return explored_; }

 private:
  absl::Status ReadNode(hid_t parent, const std::string& parent_name,
                        const Link& link, int depth);
  // Reads all of a group of results at once, if it is usual.
  bool ReadDirectly(hid_t parent, const std::string& full_name,
                    const Link& link, absl::Status* status);
  absl::Status ReadLeaf(hid_t id, const std::string& parent_name,
                        const std::string& name, LoadLevel level);
  // The one item of a result of that class.
  ItemsRead ReadObject(hid_t id, const std::string& name,
                       const LeafClass& leaf_class);
  absl::StatusOr<std::unique_ptr<Leaf>> ReadParameterLeaf(
      hid_t id, const std::string& full_name, const std::string& class_name,
      bool with_data);
  absl::Status Take(hid_t id, NodeRead read);

  const NodeReaderOptions options_;
  Problems& problems_;
  std::optional<std::unique_ptr<DirectResults>> direct_;  // null: cannot be
  SeenObjects seen_;
  std::vector<std::pair<std::string, std::string>> links_;
  std::vector<std::string> explored_;
};

// Reads the annotations of the group of `node`.
absl::Status ReadAnnotationsOf(hid_t group, Node* node, Problems* problems);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_NODE_READER_H_
