#include "cppet/trajectory/node.h"

#include "absl/strings/str_cat.h"

namespace cppet {

std::string Node::full_name() const {
  if (parent_ == nullptr) return "";
  if (parent_->parent() == nullptr) return name_;
  return absl::StrCat(parent_->full_name(), ".", name_);
}

absl::string_view Node::branch() const {
  const Node* node = this;
  while (node->depth_ > 1) node = node->parent_;
  return node->name_;
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

absl::Status Parameter::Set(Value value) {
  if (locked_) {
    return absl::FailedPreconditionError(absl::StrCat(
        full_name(), " is locked, since its value was used or stored already"));
  }
  if (explored()) {
    return absl::FailedPreconditionError(absl::StrCat(
        full_name(), " is explored, its value comes from a range"));
  }
  if (value_ && !value_->SameType(value)) {
    return absl::InvalidArgumentError(
        absl::StrCat(full_name(), " is of type ", value_->TypeDescription(),
                     " and cannot become ", value.TypeDescription()));
  }
  value_ = std::move(value);
  return absl::OkStatus();
}

const Value* Result::Item(absl::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace cppet
