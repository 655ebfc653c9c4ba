#ifndef CPPET_BASE_PICKLE_READER_H_
#define CPPET_BASE_PICKLE_READER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"

namespace cppet::pickle {

// Returns the object that Python wrote as `pickle`, in any protocol from 0 to
// 5. Nothing of it is executed; bytes after its end are not looked at.
//
//   Read("(lI1\naI2\na.")  // [1, 2]
//
// What older protocols write as a call for want of something better is what it
// stands for: bytes, bytearray, set, frozenset and the making of an object by
// its class's __new__. Python 2's str is Text if it is ASCII, else Bytes.
//
// Takes time and memory in proportion to the pickle's size.
//
// Errors:
//   kUnimplemented: it contains itself, is nested more than kMaxDepth deep, or
//       needs something that is not in the pickle.
//   kDataLoss: it is no whole pickle.
absl::StatusOr<ObjectPtr> Read(absl::string_view pickle);

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_READER_H_
