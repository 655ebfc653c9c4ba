#ifndef CPPET_BASE_PICKLE_INPUT_H_
#define CPPET_BASE_PICKLE_INPUT_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cppet::pickle {

// The error of a pickle that is none, or not whole.
absl::Status Broken(absl::string_view what);

// A pickle's bytes, taken from the front. It does not own them.
//
// Errors of all:
//   kDataLoss: fewer bytes are left than are wanted.
class Input {
 public:
  explicit Input(absl::string_view bytes) : rest_(bytes) {}

  size_t size() const { return rest_.size(); }

  absl::StatusOr<absl::string_view> Take(uint64_t size);

  // Up to the next line feed, which is taken too but not returned.
  absl::StatusOr<absl::string_view> TakeLine();

  // An unsigned number of `size` bytes, at most 8, the lowest first.
  absl::StatusOr<uint64_t> TakeNumber(int size);

  // A number as TakeNumber's and as many bytes as it says.
  absl::StatusOr<absl::string_view> TakeSized(int size);

 private:
  absl::string_view rest_;
};

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_INPUT_H_
