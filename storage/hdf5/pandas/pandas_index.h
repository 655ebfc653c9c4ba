#ifndef CPPET_STORAGE_HDF5_PANDAS_PANDAS_INDEX_H_
#define CPPET_STORAGE_HDF5_PANDAS_PANDAS_INDEX_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Writes `index` as the dataset `name` of `group`, in pandas' fixed format.
absl::Status WriteIndex(hid_t group, const std::string& name,
                        const Index& index, const Filters& filters);

// Reads what WriteIndex or pandas wrote.
//
// Errors:
//   kUnimplemented: pandas' index is none of ours: of several levels, of time
//     zones, periods, objects, ...
//   kDataLoss: it is not there or damaged.
absl::StatusOr<Index> ReadIndex(hid_t group, const std::string& name);

// pandas' word for labels of type `dtype`, and what is stored for `labels`:
// strings for text, numbers for dates.
absl::string_view IndexKind(DType dtype);
Value StoredLabels(const Value& labels);

// The labels that are stored as `stored`, a 1-d array, and of that kind.
//
// Errors:
//   kUnimplemented: the kind is none of ours: named.
//   kDataLoss: they are not of that kind.
absl::StatusOr<Value> LabelsOfKind(absl::string_view kind, const Value& stored);

// The attribute `name` of `object`: a name, or Python's None.
//
// Errors:
//   kUnimplemented: it is a name to pandas, but no text.
absl::Status WriteName(hid_t object, const std::optional<std::string>& name);
absl::StatusOr<std::optional<std::string>> ReadName(hid_t object);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_PANDAS_INDEX_H_
