#ifndef CPPET_STORAGE_HDF5_VALUES_PARAMETER_DATA_H_
#define CPPET_STORAGE_HDF5_VALUES_PARAMETER_DATA_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/storage/hdf5/values/parameter_plan.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Write the data of a parameter into the group of its leaf, which has none.
absl::Status WriteParameterValue(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const ItemFormat& format);
absl::Status WriteParameterRange(hid_t leaf, const ParameterView& parameter,
                                 const ParameterPlan& plan,
                                 const ItemFormat& format);

// Whether it has a range, as far as that shows without reading it.
bool IsExplored(hid_t leaf);

// Length of the range in the group of a leaf; 0 if it is not explored.
absl::StatusOr<int64_t> StoredRangeLength(hid_t leaf);

// Removes all data from the group of a leaf.
absl::Status DeleteLeafData(hid_t leaf);

// Removes the range from the group of a leaf, if there is one.
absl::Status DeleteParameterRange(hid_t leaf);

// What there is to read.
struct ParameterData {
  std::optional<Value> value;
  std::optional<Range> range;
};

// The data in the group of a leaf of that class. What a class of the user's own
// has as items is a Dict of them.
//
// Errors:
//   kUnimplemented: it is of a kind that only Python can read.
//   kDataLoss: it cannot be read.
absl::StatusOr<ParameterData> ReadParameter(hid_t leaf,
                                            absl::string_view class_name);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_VALUES_PARAMETER_DATA_H_
