#ifndef CPPET_STORAGE_HDF5_API_ATTRIBUTE_H_
#define CPPET_STORAGE_HDF5_API_ATTRIBUTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Attributes in the encoding of PyTables. All of these name the file, the
// object and the attribute in their errors.

// Add an attribute to `object`, which has none of that name: text (UTF-8 that
// is a str in Python), text in ASCII (bytes in Python), a truth value, an
// integer of 64 bits, or the zero of another HDF5 type.
absl::Status WriteText(hid_t object, const char* name, absl::string_view text);
absl::Status WriteAscii(hid_t object, const char* name, absl::string_view text);
absl::Status WriteFlag(hid_t object, const char* name, bool flag);
absl::Status WriteInteger(hid_t object, const char* name, int64_t number);
absl::Status WriteZero(hid_t object, const char* name, hid_t type);

// Changes an integer attribute, or adds it.
absl::Status UpdateInteger(hid_t object, const char* name, int64_t number);

// Text in any encoding that was ever written, without NULs at its end; nothing
// if there is no such attribute, or if it is no text.
std::optional<std::string> ReadText(hid_t object, const char* name);
// The same for numbers and truth values.
std::optional<int64_t> ReadInteger(hid_t object, const char* name);

// In no particular order.
absl::StatusOr<std::vector<std::string>> AttributeNames(hid_t object);

// Adds a value, as a Python user would see it: lists, tuples, arrays of text
// and what is composite as pickles.
//
// Errors:
//   kInvalidArgument: there is no pickle of such a value.
absl::Status WriteValue(hid_t object, const char* name, const Value& value);

// Errors:
//   kUnimplemented: it is of an HDF5 type that is none of ours.
//   kDataLoss: it cannot be read.
absl::StatusOr<Value> ReadValue(hid_t object, const char* name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_API_ATTRIBUTE_H_
