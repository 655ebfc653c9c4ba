#ifndef CPPET_STORAGE_HDF5_PICKLE_TREE_H_
#define CPPET_STORAGE_HDF5_PICKLE_TREE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::hdf5 {

// What a pickle says, of which nothing is executed. Nodes may be shared, and a
// hostile pickle may have cycles: look only at what a known form has.
struct PickleNode {
  enum class Kind {
    kNone,
    kBool,
    kInteger,
    kFloat,
    kText,
    kBytes,
    kList,
    kTuple,
    kDict,
    kGlobal,  // a function or class
    kCall,    // what a function returns
  };

  Kind kind = Kind::kNone;
  int64_t integer = 0;  // of kBool, too
  double number = 0;
  // The UTF-8 of kText, the bytes of kBytes, "module.name" of kGlobal.
  std::string text;
  // The items of a list or tuple; keys and values of a dict in turn; the
  // function of a call and the tuple that it is called with.
  std::vector<const PickleNode*> items;
  // What is then given to the object, or null.
  const PickleNode* state = nullptr;
};

// Owns the nodes of one pickle.
class PickleTree {
 public:
  // Reads a pickle of any protocol up to 5.
  //
  // Errors:
  //   kUnimplemented: it has something that is none of these kinds.
  //   kDataLoss: it is no whole pickle.
  static absl::StatusOr<PickleTree> Parse(absl::string_view pickle);

  const PickleNode& root() const { return *root_; }

 private:
  PickleTree() = default;

  std::deque<PickleNode> nodes_;  // in places that never change
  const PickleNode* root_ = nullptr;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PICKLE_TREE_H_
