#ifndef CPPET_TRAJECTORY_NODE_H_
#define CPPET_TRAJECTORY_NODE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet {

class Group;

// A place in the tree of a trajectory: a group, a parameter or a result.
class Node {
 public:
  enum class Kind { kGroup, kParameter, kResult };

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;

  Kind kind() const { return kind_; }
  bool is_group() const { return kind_ == Kind::kGroup; }
  // The last part of the full name; empty for the root.
  const std::string& name() const { return name_; }
  // "parameters.traffic.ncars"; empty for the root.
  std::string full_name() const;
  // Null for the root.
  Group* parent() const { return parent_; }
  // 0 for the root, 2 for parameters.x.
  int depth() const { return depth_; }
  // The first part of the full name; empty for the root.
  absl::string_view branch() const;

  const std::string& comment() const { return comment_; }
  void set_comment(absl::string_view comment) {
    comment_ = std::string(comment);
  }
  // Named remarks of the user, sorted by name.
  const std::map<std::string, Value>& annotations() const {
    return annotations_;
  }
  // Null if there is none of that name.
  const Value* Annotation(absl::string_view name) const;
  void Annotate(absl::string_view name, Value value) {
    annotations_.insert_or_assign(std::string(name), std::move(value));
  }
  // Remarks without names of their own: value i has PositionalName(i).
  void AnnotateInOrder(std::vector<Value> values);
  // "annotation", "annotation_1", "annotation_2", ...
  static std::string PositionalName(int position);
  // False if there is none of that name.
  bool RemoveAnnotation(absl::string_view name) {
    return annotations_.erase(std::string(name)) > 0;
  }

 protected:
  Node(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

 private:
  friend class Group;
  friend class Tree;

  const Kind kind_;
  std::string name_;
  Group* parent_ = nullptr;
  int depth_ = 0;
  std::string comment_;
  std::map<std::string, Value> annotations_;
};

// A node with children, and with links: further names for nodes that have
// their place elsewhere.
class Group : public Node {
 public:
  explicit Group(std::string name) : Node(Kind::kGroup, std::move(name)) {}

  // The name of a class of the user's own; empty for the usual groups.
  const std::string& class_name() const { return class_name_; }
  void set_class_name(std::string class_name) {
    class_name_ = std::move(class_name);
  }

  // In the order in which they were added.
  const std::vector<std::unique_ptr<Node>>& children() const {
    return children_;
  }
  // Null if there is none of that name.
  Node* Child(absl::string_view name) const;

  // What each link leads to, by the name of the link.
  const absl::btree_map<std::string, Node*>& links() const { return links_; }
  // Null if there is none of that name.
  Node* Link(absl::string_view name) const;

 private:
  friend class Tree;

  // Takes `node` in; there is nothing of its name yet.
  Node* Adopt(std::unique_ptr<Node> node);
  std::unique_ptr<Node> Release(const Node& child);
  void RenameChild(Node& child, absl::string_view name);

  std::string class_name_;
  std::vector<std::unique_ptr<Node>> children_;
  absl::flat_hash_map<absl::string_view, Node*> by_name_;
  absl::btree_map<std::string, Node*> links_;
};

// How much of the data of a leaf is in memory. It is all there unless the leaf
// comes from a file that has more.
enum class InMemory { kNothing, kPart, kAll };

// A node with data: the class is what pypet calls it.
class Leaf : public Node {
 public:
  // pypet's class: "Parameter", "ArrayParameter", "Result", ...
  const std::string& class_name() const { return class_name_; }

  // A leaf of which all is in memory may still be empty.
  InMemory in_memory() const { return in_memory_; }
  // False if only its place is known, and none of its data.
  bool loaded() const { return in_memory_ != InMemory::kNothing; }
  void set_in_memory(InMemory in_memory) { in_memory_ = in_memory; }

 protected:
  Leaf(Kind kind, std::string name, std::string class_name)
      : Node(kind, std::move(name)), class_name_(std::move(class_name)) {}

 private:
  std::string class_name_;
  InMemory in_memory_ = InMemory::kAll;
};

// A value that the user chose, and the range of values that it takes if it is
// explored. Config and derived parameters are parameters, too.
class Parameter : public Leaf {
 public:
  // Without a value it is empty (or its data is not loaded).
  Parameter(std::string name, std::optional<Value> value,
            std::string class_name = "Parameter")
      : Leaf(Kind::kParameter, std::move(name), std::move(class_name)),
        value_(std::move(value)) {}

  // The default value, which stands where the range does not.
  const std::optional<Value>& value() const { return value_; }
  // Null unless it is explored.
  const Range* range() const { return range_ ? &*range_ : nullptr; }
  bool explored() const { return range_.has_value(); }
  // The value in run `index`. There is a value.
  Value ValueAt(int64_t index) const {
    return range_ ? (*range_)[index] : *value_;
  }

  // A parameter is locked once its value was used or stored: a later change
  // would make the file lie about what was computed.
  bool locked() const { return locked_; }
  void Lock() const { locked_ = true; }
  void Unlock() { locked_ = false; }

  // Changes the value, to one that fits the present one (fitting.h).
  //
  // Errors:
  //   kFailedPrecondition: it is locked or explored.
  //   kInvalidArgument: `value` has another type than the present one.
  absl::Status Set(Value value);

  // Makes it explored. The range has values, all of the type of value().
  void SetRange(Range range) { range_ = std::move(range); }
  void ClearRange() { range_.reset(); }
  // Takes over what a file has, even if it is locked.
  void Restore(std::optional<Value> value, std::optional<Range> range) {
    value_ = std::move(value);
    range_ = std::move(range);
  }

 private:
  std::optional<Value> value_;
  std::optional<Range> range_;
  mutable bool locked_ = false;
};

// What was computed: any number of named items.
class Result : public Leaf {
 public:
  Result(std::string name, Items items, std::string class_name = "Result")
      : Leaf(Kind::kResult, std::move(name), std::move(class_name)),
        items_(std::move(items)) {}

  const Items& items() const { return items_; }
  void set_items(Items items) { items_ = std::move(items); }
  // Null if there is none of that name.
  const Value* Item(absl::string_view name) const;

 private:
  Items items_;
};

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_NODE_H_
