#ifndef CPPET_STORAGE_HDF5_PANDAS_DATA_FRAME_H_
#define CPPET_STORAGE_HDF5_PANDAS_DATA_FRAME_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/trajectory/composite.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// How pandas keeps data frames and series in HDF5.
enum class PandasFormat {
  kFixed,  // arrays
  kTable,  // a table that can be searched and grows
};

// The format that pandas knows as "fixed" or "f", "table" or "t".
std::optional<PandasFormat> PandasFormatNamed(absl::string_view name);

// Write a data frame or series as the group `name` in `group`, as pypet and
// pandas do. What a table cannot hold (see FitsTable in frame_table.h) is
// written in the fixed format.
//
// Errors:
//   kInvalidArgument: its parts do not fit together, or two columns have the
//     same label.
absl::Status WriteFrame(hid_t group, const std::string& name,
                        const DataFrame& frame, PandasFormat format,
                        const Filters& filters);
absl::Status WriteSeries(hid_t group, const std::string& name,
                         const Series& series, PandasFormat format,
                         const Filters& filters);

// Read a group that they, pypet or pandas wrote, in any format.
//
// Errors:
//   kUnimplemented: pandas' type or index is none of ours, or something in it
//     is missing that is no number.
//   kDataLoss: it is damaged.
absl::StatusOr<DataFrame> ReadFrame(hid_t group);
absl::StatusOr<Series> ReadSeries(hid_t group);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_DATA_FRAME_H_
