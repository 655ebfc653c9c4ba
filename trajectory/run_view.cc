#include "cppet/trajectory/run_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"

namespace cppet {

FindOptions RunView::Options() const {
  FindOptions options;
  options.run = index_;
  return options;
}

absl::StatusOr<Node*> RunView::Find(absl::string_view name) const {
  return tree_->FindOrLoad(name, Options());
}

absl::StatusOr<Value> RunView::operator[](absl::string_view name) const {
  CPPET_ASSIGN_OR_RETURN(const Node* node, Find(name));
  return ValueOf(*node);
}

absl::StatusOr<Value> RunView::ValueOf(const Node& node) const {
  if (node.is_group()) {
    return absl::InvalidArgumentError(
        absl::StrCat(node.full_name(), " is a group and has no value"));
  }
  CPPET_RETURN_IF_ERROR(tree_->LoadData(static_cast<const Leaf&>(node)));
  if (node.kind() == Node::Kind::kParameter) {
    const auto& parameter = static_cast<const Parameter&>(node);
    parameter.Lock();
    if (index_ != kNoRun && parameter.explored()) {
      if (index_ < 0 || index_ >= parameter.range()->size()) {
        return absl::OutOfRangeError(absl::StrCat(
            parameter.full_name(), " has ", parameter.range()->size(),
            " values, and none for run ", index_));
      }
      return parameter.ValueAt(index_);
    }
    if (parameter.value().has_value()) return *parameter.value();
    return absl::FailedPreconditionError(absl::StrCat(
        parameter.full_name(), " is empty, or its value is not loaded"));
  }
  const auto& result = static_cast<const Result&>(node);
  if (result.items().size() == 1) return result.items()[0].second;
  if (result.items().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        result.full_name(), " is empty, or its data is not loaded"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(result.full_name(), " has several items: ",
                   absl::StrJoin(result.items(), ", ",
                                 [](std::string* out, const auto& item) {
                                   absl::StrAppend(out, item.first);
                                 })));
}

std::map<std::string, Value> RunView::Values(absl::string_view group) const {
  std::map<std::string, Value> values;
  const Node* node =
      group.empty() ? &tree_->root() : tree_->FindOrNull(group, Options());
  if (node == nullptr || !node->is_group()) return values;
  for (const Leaf* leaf : Leaves(static_cast<const Group&>(*node))) {
    absl::StatusOr<Value> value = ValueOf(*leaf);
    if (value.ok()) values.emplace(leaf->full_name(), *std::move(value));
  }
  return values;
}

}  // namespace cppet
