#ifndef CPPET_TOOLS_LIB_ARRAY_BUILDER_H_
#define CPPET_TOOLS_LIB_ARRAY_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/value.h"

namespace cppet {

// Puts a value together from the brackets and elements of nested lists, as
// they come in JSON and YAML.
//
//   ArrayBuilder builder;         // [[1, 2.5]]
//   builder.BeginList();
//   builder.BeginList();
//   builder.AddInt(1);
//   builder.AddFloat(2.5);
//   builder.EndList();
//   builder.EndList();
//   builder.Build(Form::kArray);  // floats of the shape (1, 2)
//
// Errors of all calls but Build:
//   kInvalidArgument: the lists are not rectangular, the elements are not of
//     one type, or an int beside floats is none of them exactly.
class ArrayBuilder {
 public:
  absl::Status BeginList();
  absl::Status EndList();
  absl::Status AddBool(bool value);
  absl::Status AddInt(int64_t value);
  absl::Status AddFloat(double value);
  absl::Status AddString(std::string value);

  // Whether every list that was begun was ended.
  bool complete() const { return open_.empty(); }

  // The value, which is an array if the lists are nested, else a `form`. Lists
  // without elements are of floats. `complete()`, and at least one list.
  Value Build(Form form) const;

 private:
  enum class Type { kNone, kBool, kInt, kFloat, kString };

  static absl::string_view TypeName(Type type);
  absl::Status AddElement(Type type);

  std::vector<int64_t> shape_;  // of the lists that ended; -1: none did
  std::vector<int64_t> open_;   // number of elements so far
  size_t rank_ = 0;             // where elements are; 0: not known
  Type type_ = Type::kNone;
  std::vector<bool> bools_;
  std::vector<int64_t> ints_;
  std::vector<double> floats_;
  std::vector<std::string> strings_;
};

}  // namespace cppet

#endif  // CPPET_TOOLS_LIB_ARRAY_BUILDER_H_
