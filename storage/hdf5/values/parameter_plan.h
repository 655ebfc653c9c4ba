#ifndef CPPET_STORAGE_HDF5_VALUES_PARAMETER_PLAN_H_
#define CPPET_STORAGE_HDF5_VALUES_PARAMETER_PLAN_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// What there is to write of a parameter.
struct ParameterView {
  absl::string_view full_name;
  absl::string_view class_name;
  const Value* value = nullptr;  // null if it is empty
  const Range* range = nullptr;  // null unless it is explored
};

// The ways in which classes keep a value.
enum class ParameterLayout {
  kTable,   // as the cell of a table; a range as one table
  kArrays,  // as an array; of a range each different one once
  kSparse,  // as a sparse matrix, likewise
  kPickle,  // as a pickle, likewise
  kItems,   // as items, likewise: Dicts of a class of the user's own
};

// How a parameter goes into the file.
struct ParameterPlan {
  // What pypet is to take it for.
  std::string class_name;
  ParameterLayout layout = ParameterLayout::kTable;
  // Bytes of each text, of the value and of the range.
  size_t text_size = 0;
  size_t range_text_size = 0;
};

// Checks that a parameter of a class of the user's own can have the entries of
// the Dict `value` as its items.
//
// Errors:
//   kInvalidArgument: says why not; the parameter is named.
absl::Status CheckOwnItems(absl::string_view full_name, const Value& value);

// Looks at all values; writes nothing. What the class of the parameter cannot
// have makes it one of those that can: a sparse matrix a SparseParameter, lists
// of different lengths an ArrayParameter, what else is composite a
// PickleParameter. Dicts of a class of the user's own are items, if they can
// be.
//
// Errors:
//   kInvalidArgument: the values of the range are of different types, or one
//     cannot be stored; the parameter is named.
absl::StatusOr<ParameterPlan> PlanParameter(const ParameterView& parameter);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_PARAMETER_PLAN_H_
