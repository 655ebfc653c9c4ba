#ifndef CPPET_BASE_PICKLE_PLAIN_CALL_H_
#define CPPET_BASE_PICKLE_PLAIN_CALL_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// What may still be copied while a pickle is read: what is shared in it could
// be copied so often that it would never end.
class CopyBudget {
 public:
  explicit CopyBudget(size_t pickle_size);

  // Errors:
  //   kUnimplemented: `steps` are more than are left.
  absl::Status Spend(size_t steps);

 private:
  size_t left_;
};

// Returns what a call of `callable` with `arguments`, a Tuple, stands for: the
// Bytes, ByteArray, Set, FrozenSet or Call of __new__ that an older protocol
// has no other way to write, else the Call itself. As many steps as it takes
// to copy parts of the arguments are spent from `budget`.
//
// Errors:
//   kUnimplemented: `budget` is not enough.
//   kDataLoss: bytes are made of what is none.
absl::StatusOr<decltype(Object::data)> PlainCall(const ObjectPtr& callable,
                                                 const ObjectPtr& arguments,
                                                 CopyBudget* budget);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_PLAIN_CALL_H_
