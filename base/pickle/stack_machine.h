#ifndef CPPET_BASE_PICKLE_STACK_MACHINE_H_
#define CPPET_BASE_PICKLE_STACK_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/plain_call.h"

namespace cppet::pickle {

// An object while its pickle is read, when more may yet be put into it.
struct Node : Object {
  int depth = 1;
  // Whether it is in another one. From then on it stays as it is: in pickles
  // that Python writes, an object that is changed later is in itself.
  bool is_held = false;
};
using NodePtr = std::shared_ptr<Node>;
using Nodes = std::vector<NodePtr>;
using Data = decltype(Object::data);

NodePtr MakeNode(Data data);

// The error of a pickle that Python might read.
absl::Status Unsupported(absl::string_view what);

// What the instructions of a pickle work on: a stack of objects, with marks
// between them, and a memo of those that are needed again.
//
// Errors of all:
//   kUnimplemented: an object contains itself or is nested too deep, or is
//       changed in a way that Object cannot tell.
//   kDataLoss: no pickle has this instruction here.
class StackMachine {
 public:
  // `budget` outlives it.
  explicit StackMachine(CopyBudget* budget) : budget_(budget) {}

  // The one object that is left.
  absl::StatusOr<ObjectPtr> Finish();

  absl::Status Push(NodePtr node);
  absl::Status PushData(Data data);
  absl::Status PushCopyOfTop();
  absl::Status PushMark();
  // Objects below the last mark stay.
  absl::StatusOr<NodePtr> Pop();
  // Returns the objects above the last mark, in their order.
  absl::StatusOr<Nodes> PopToMark();
  // Pops what is not needed: an object or a mark, or all up to a mark.
  absl::Status Discard();
  absl::Status DiscardToMark();

  absl::Status Put(uint64_t index);
  absl::Status PutNext();
  absl::Status Get(uint64_t index);

  // New collections of objects that were popped.
  absl::Status PushList(Nodes items);
  absl::Status PushTuple(Nodes items);
  absl::Status PushFrozenSet(Nodes items);
  // A tuple of the last `size` objects.
  absl::Status PopToTuple(size_t size);

  // More for the object on top: items, or keys and values by turns.
  absl::Status Append(const Nodes& items);
  absl::Status AddToSet(const Nodes& items);
  absl::Status SetItems(const Nodes& items);
  // Pops a state and gives it to the object below.
  absl::Status Build();

  // Pops the arguments of a call and what is called.
  absl::Status Reduce();
  // Makes an object of class `type`; `keywords` may be null.
  absl::Status PushNew(const NodePtr& type, const NodePtr& arguments,
                       const NodePtr& keywords);
  // Makes an object of Python 2's class `type`.
  absl::Status PushInstance(const NodePtr& type, Nodes arguments);

 private:
  absl::StatusOr<Node*> Top();
  template <typename T>
  absl::Status PushItems(Nodes items);

  CopyBudget* const budget_;
  Nodes stack_;
  std::vector<size_t> marks_;  // how large the stack was
  absl::flat_hash_map<uint64_t, NodePtr> memo_;
};

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_STACK_MACHINE_H_
