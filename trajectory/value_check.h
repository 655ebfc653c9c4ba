#ifndef CPPET_TRAJECTORY_VALUE_CHECK_H_
#define CPPET_TRAJECTORY_VALUE_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// What cannot be stored is an error when it is added, not at the end. Each
// returns kInvalidArgument with `name` and the reason.

// Text is UTF-8; a collection has at least one element.
absl::Status CheckParameterValue(absl::string_view name, const Value& value);

// The parts of item names, between dots, are such as IsDataName takes; a name
// comes once; text is UTF-8.
absl::Status CheckItems(absl::string_view name, const Items& items);

// At most 60000 bytes, as an attribute of HDF5 holds no more than 64 kB.
absl::Status CheckComment(absl::string_view name, absl::string_view comment);

}  // namespace cppet

#endif  // CPPET_TRAJECTORY_VALUE_CHECK_H_
