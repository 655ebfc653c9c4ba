#include "cppet/base/pickle/stack_machine.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/input.h"
#include "cppet/base/status_macros.h"

namespace cppet::pickle {
namespace {

absl::Status Hold(const NodePtr& item, Node* holder) {
  item->is_held = true;
  if (holder->is_held) return Unsupported("an object that contains itself");
  holder->depth = std::max(holder->depth, item->depth + 1);
  if (holder->depth > kMaxDepth) {
    return Unsupported(
        absl::StrCat("more than ", kMaxDepth, " objects in each other"));
  }
  return absl::OkStatus();
}

// A call whose result is not used was made for what it does to others.
absl::Status CheckUnused(const Node& node) {
  if (node.As<Call>() == nullptr) return absl::OkStatus();
  return Unsupported("a call for its effects");
}

}  // namespace

NodePtr MakeNode(Data data) {
  auto node = std::make_shared<Node>();
  node->data = std::move(data);
  return node;
}

absl::Status Unsupported(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("a pickle with ", what, " cannot be read"));
}

absl::StatusOr<ObjectPtr> StackMachine::Finish() {
  CPPET_ASSIGN_OR_RETURN(NodePtr object, Pop());
  if (!stack_.empty() || !marks_.empty()) {
    return Broken("it has more than one object");
  }
  return object;
}

absl::Status StackMachine::Push(NodePtr node) {
  stack_.push_back(std::move(node));
  return absl::OkStatus();
}

absl::Status StackMachine::PushData(Data data) {
  return Push(MakeNode(std::move(data)));
}

absl::Status StackMachine::PushCopyOfTop() {
  CPPET_RETURN_IF_ERROR(Top().status());
  return Push(NodePtr(stack_.back()));
}

absl::Status StackMachine::PushMark() {
  marks_.push_back(stack_.size());
  return absl::OkStatus();
}

absl::StatusOr<NodePtr> StackMachine::Pop() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) {
    return Broken("an object is missing");
  }
  NodePtr node = std::move(stack_.back());
  stack_.pop_back();
  return node;
}

absl::StatusOr<Node*> StackMachine::Top() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) {
    return Broken("an object is missing");
  }
  return stack_.back().get();
}

absl::StatusOr<Nodes> StackMachine::PopToMark() {
  if (marks_.empty()) return Broken("a mark is missing");
  const auto first = stack_.begin() + marks_.back();
  Nodes nodes(std::make_move_iterator(first),
              std::make_move_iterator(stack_.end()));
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return nodes;
}

absl::Status StackMachine::Discard() {
  if (!marks_.empty() && marks_.back() == stack_.size()) {
    marks_.pop_back();
    return absl::OkStatus();
  }
  CPPET_ASSIGN_OR_RETURN(const NodePtr node, Pop());
  return CheckUnused(*node);
}

absl::Status StackMachine::DiscardToMark() {
  CPPET_ASSIGN_OR_RETURN(const Nodes nodes, PopToMark());
  for (const NodePtr& node : nodes) {
    CPPET_RETURN_IF_ERROR(CheckUnused(*node));
  }
  return absl::OkStatus();
}

absl::Status StackMachine::Put(uint64_t index) {
  CPPET_RETURN_IF_ERROR(Top().status());
  memo_[index] = stack_.back();
  return absl::OkStatus();
}

absl::Status StackMachine::PutNext() { return Put(memo_.size()); }

absl::Status StackMachine::Get(uint64_t index) {
  const auto it = memo_.find(index);
  if (it == memo_.end()) return Broken("a shared object is missing");
  return Push(it->second);
}

template <typename T>
absl::Status StackMachine::PushItems(Nodes items) {
  auto node = std::make_shared<Node>();
  for (const NodePtr& item : items) {
    CPPET_RETURN_IF_ERROR(Hold(item, node.get()));
  }
  node->data = T{{std::make_move_iterator(items.begin()),
                  std::make_move_iterator(items.end())}};
  return Push(std::move(node));
}

absl::Status StackMachine::PushList(Nodes items) {
  return PushItems<List>(std::move(items));
}

absl::Status StackMachine::PushTuple(Nodes items) {
  return PushItems<Tuple>(std::move(items));
}

absl::Status StackMachine::PushFrozenSet(Nodes items) {
  return PushItems<FrozenSet>(std::move(items));
}

absl::Status StackMachine::PopToTuple(size_t size) {
  Nodes items(size);
  for (size_t i = size; i-- > 0;) {
    CPPET_ASSIGN_OR_RETURN(items[i], Pop());
  }
  return PushTuple(std::move(items));
}

absl::Status StackMachine::Append(const Nodes& items) {
  CPPET_ASSIGN_OR_RETURN(Node* const target, Top());
  std::vector<ObjectPtr>* list = nullptr;
  if (auto* const plain = std::get_if<List>(&target->data)) {
    list = &plain->items;
  } else if (auto* const call = std::get_if<Call>(&target->data)) {
    if (call->state != nullptr) return Unsupported("items after a state");
    list = &call->appended;
  } else {
    return Broken("something is appended to what is no list");
  }
  for (const NodePtr& item : items) {
    CPPET_RETURN_IF_ERROR(Hold(item, target));
    list->push_back(item);
  }
  return absl::OkStatus();
}

absl::Status StackMachine::AddToSet(const Nodes& items) {
  CPPET_ASSIGN_OR_RETURN(Node* const target, Top());
  auto* const set = std::get_if<Set>(&target->data);
  if (set == nullptr) return Broken("something is added to what is no set");
  for (const NodePtr& item : items) {
    CPPET_RETURN_IF_ERROR(Hold(item, target));
    set->items.push_back(item);
  }
  return absl::OkStatus();
}

absl::Status StackMachine::SetItems(const Nodes& items) {
  CPPET_ASSIGN_OR_RETURN(Node* const target, Top());
  std::vector<ObjectPair>* pairs = nullptr;
  if (auto* const dict = std::get_if<Dict>(&target->data)) {
    pairs = &dict->items;
  } else if (auto* const call = std::get_if<Call>(&target->data)) {
    if (call->state != nullptr) return Unsupported("items after a state");
    pairs = &call->set_items;
  } else {
    return Broken("an item is set in what is no dict");
  }
  if (items.size() % 2 != 0) return Broken("a key has no value");
  for (size_t i = 0; i < items.size(); i += 2) {
    CPPET_RETURN_IF_ERROR(Hold(items[i], target));
    CPPET_RETURN_IF_ERROR(Hold(items[i + 1], target));
    pairs->emplace_back(items[i], items[i + 1]);
  }
  return absl::OkStatus();
}

absl::Status StackMachine::Build() {
  CPPET_ASSIGN_OR_RETURN(const NodePtr state, Pop());
  CPPET_ASSIGN_OR_RETURN(Node* const target, Top());
  auto* const call = std::get_if<Call>(&target->data);
  if (call == nullptr) return Broken("what has no state gets one");
  if (call->state != nullptr) return Unsupported("two states of an object");
  CPPET_RETURN_IF_ERROR(Hold(state, target));
  call->state = state;
  return absl::OkStatus();
}

absl::Status StackMachine::Reduce() {
  CPPET_ASSIGN_OR_RETURN(const NodePtr arguments, Pop());
  CPPET_ASSIGN_OR_RETURN(const NodePtr callable, Pop());
  if (arguments->As<Tuple>() == nullptr) {
    return Broken("a call's arguments are no tuple");
  }
  auto node = std::make_shared<Node>();
  CPPET_RETURN_IF_ERROR(Hold(callable, node.get()));
  CPPET_RETURN_IF_ERROR(Hold(arguments, node.get()));
  CPPET_ASSIGN_OR_RETURN(node->data, PlainCall(callable, arguments, budget_));
  return Push(std::move(node));
}

absl::Status StackMachine::PushNew(const NodePtr& type,
                                   const NodePtr& arguments,
                                   const NodePtr& keywords) {
  if (arguments->As<Tuple>() == nullptr) {
    return Broken("a call's arguments are no tuple");
  }
  if (keywords != nullptr && keywords->As<Dict>() == nullptr) {
    return Broken("a call's named arguments are no dict");
  }
  auto node = std::make_shared<Node>();
  Call call;
  call.is_new = true;
  CPPET_RETURN_IF_ERROR(Hold(type, node.get()));
  call.callable = type;
  CPPET_RETURN_IF_ERROR(Hold(arguments, node.get()));
  call.arguments = arguments;
  if (keywords != nullptr) {
    CPPET_RETURN_IF_ERROR(Hold(keywords, node.get()));
    call.keywords = keywords;
  }
  node->data = std::move(call);
  return Push(std::move(node));
}

// The class's __init__ is called only if there is something to tell it.
absl::Status StackMachine::PushInstance(const NodePtr& type, Nodes arguments) {
  const bool is_new = arguments.empty();
  CPPET_RETURN_IF_ERROR(Push(type));
  CPPET_RETURN_IF_ERROR(PushTuple(std::move(arguments)));
  if (!is_new) return Reduce();
  CPPET_ASSIGN_OR_RETURN(const NodePtr none, Pop());
  CPPET_RETURN_IF_ERROR(Pop().status());
  return PushNew(type, none, nullptr);
}

}  // namespace cppet::pickle
