#ifndef CPPET_STORAGE_HDF5_PARAMETER_DATA_H_
#define CPPET_STORAGE_HDF5_PARAMETER_DATA_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/filters.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// What there is to write of a parameter.
struct ParameterView {
  absl::string_view full_name;
  absl::string_view class_name;
  const Value* value = nullptr;  // null if it is empty
  const Range* range = nullptr;  // null unless it is explored
};

// How it goes into the file.
struct ParameterPlan {
  // What pypet is to take it for.
  std::string class_name;
  // Each value as a dataset of its own, as pypet's ArrayParameter does it, and
  // not as cells of a table.
  bool as_arrays = false;
  // Bytes of each text, of the value and of the range.
  size_t text_size = 0;
  size_t range_text_size = 0;
};

// Looks at all values; writes nothing.
//
// Errors:
//   kInvalidArgument: the values of the range are of different types, or one
//     cannot be stored; the parameter is named.
absl::StatusOr<ParameterPlan> PlanParameter(const ParameterView& parameter);

// Write the data of a parameter into the group of its leaf, which has none.
absl::Status WriteParameterValue(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const Filters& filters);
absl::Status WriteParameterRange(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const Filters& filters);

// Length of the range in the group of a leaf; 0 if it is not explored.
absl::StatusOr<int64_t> StoredRangeLength(hid_t leaf);

// Removes the range from the group of a leaf, if there is one.
absl::Status DeleteParameterRange(hid_t leaf);

// What there is to read.
struct ParameterData {
  std::optional<Value> value;
  std::optional<Range> range;
};

// Errors:
//   kUnimplemented: it is of a kind that only Python can read.
//   kDataLoss: it cannot be read.
absl::StatusOr<ParameterData> ReadParameter(hid_t leaf);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PARAMETER_DATA_H_
