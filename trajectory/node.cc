#include "cppet/trajectory/node.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/fitting.h"

namespace cppet {

std::string Node::full_name() const {
  size_t size = 0;
  for (const Node* node = this; node->parent_ != nullptr;
       node = node->parent_) {
    size += node->name_.size() + 1;
  }
  if (size == 0) return name_;
  std::string full_name(size - 1, '.');
  size_t begin = full_name.size();
  for (const Node* node = this; node->parent_ != nullptr;
       node = node->parent_) {
    begin -= node->name_.size();
    std::copy(node->name_.begin(), node->name_.end(),
              full_name.begin() + begin);
    if (begin > 0) --begin;  // the dot before it
  }
  return full_name;
}

absl::string_view Node::branch() const {
  const Node* node = this;
  while (node->depth_ > 1) node = node->parent_;
  return node->name_;
}

const Value* Node::Annotation(absl::string_view name) const {
  const auto it = annotations_.find(std::string(name));
  return it == annotations_.end() ? nullptr : &it->second;
}

std::string Node::PositionalName(int position) {
  return position == 0 ? "annotation" : absl::StrCat("annotation_", position);
}

void Node::AnnotateInOrder(std::vector<Value> values) {
  int position = 0;
  for (Value& value : values) {
    Annotate(PositionalName(position++), std::move(value));
  }
}

Node* Group::Child(absl::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : it->second;
}

Node* Group::Adopt(std::unique_ptr<Node> node) {
  Node* raw = node.get();
  raw->parent_ = this;
  raw->depth_ = depth() + 1;
  children_.push_back(std::move(node));
  by_name_.emplace(raw->name(), raw);
  return raw;
}

std::unique_ptr<Node> Group::Release(const Node& child) {
  // What was added last is removed most often.
  const auto it = std::find_if(
      children_.rbegin(), children_.rend(),
      [&child](const auto& owned) { return owned.get() == &child; });
  std::unique_ptr<Node> released = std::move(*it);
  children_.erase(std::next(it).base());
  by_name_.erase(released->name());
  return released;
}

void Group::RenameChild(Node& child, absl::string_view name) {
  by_name_.erase(child.name_);
  child.name_ = std::string(name);
  by_name_.emplace(child.name_, &child);
}

Node* Group::Link(absl::string_view name) const {
  const auto it = links_.find(name);
  return it == links_.end() ? nullptr : it->second;
}

absl::Status Parameter::Set(Value value) {
  if (locked_) {
    return absl::FailedPreconditionError(absl::StrCat(
        full_name(), " is locked, since its value was used or stored already"));
  }
  if (explored()) {
    return absl::FailedPreconditionError(absl::StrCat(
        full_name(), " is explored, its value comes from a range"));
  }
  if (value_) {
    CPPET_ASSIGN_OR_RETURN(value, FitValue(full_name(), *value_, value));
  }
  value_ = std::move(value);
  set_in_memory(InMemory::kAll);
  return absl::OkStatus();
}

const Value* Result::Item(absl::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace cppet
