#include "cppet/storage/hdf5/pandas/data_frame.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/pandas/column_order.h"
#include "cppet/storage/hdf5/pandas/frame_fixed.h"
#include "cppet/storage/hdf5/pandas/frame_table.h"

namespace cppet::hdf5 {
namespace {

absl::Status CheckParts(const std::string& name, const Value& value) {
  const absl::Status status = CheckComposite(value);
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(name, ": ", status.message()));
}

absl::StatusOr<Handle> CreatePandasGroup(hid_t parent, const std::string& name,
                                         const char* type, const char* store,
                                         const Filters& filters) {
  CPPET_ASSIGN_OR_RETURN(Handle group, CreateGroup(parent, name, filters));
  const hid_t id = group.get();
  CPPET_RETURN_IF_ERROR(WriteText(id, "pandas_type", type));
  // Of the format, which has not changed since.
  CPPET_RETURN_IF_ERROR(WriteText(id, "pandas_version", "0.15.2"));
  CPPET_RETURN_IF_ERROR(WriteText(id, "encoding", "utf8"));
  CPPET_RETURN_IF_ERROR(WriteText(id, "errors", "strict"));
  CPPET_RETURN_IF_ERROR(WriteText(id, "SRVC_STORE", store));
  return group;
}

absl::Status NotOfType(hid_t group, const std::string& type) {
  return StatusAt(group,
                  absl::StrCat("pandas' type '", type, "' cannot be read here"),
                  absl::StatusCode::kUnimplemented);
}

}  // namespace

std::optional<PandasFormat> PandasFormatNamed(absl::string_view name) {
  if (name == "fixed" || name == "f") return PandasFormat::kFixed;
  if (name == "table" || name == "t") return PandasFormat::kTable;
  return std::nullopt;
}

absl::Status WriteFrame(hid_t group, const std::string& name,
                        const DataFrame& frame, PandasFormat format,
                        const Filters& filters) {
  CPPET_RETURN_IF_ERROR(CheckParts(name, Value(frame)));
  const absl::Status unique =
      ColumnOrder::Create(frame.columns.labels).status();
  if (!unique.ok()) {
    return absl::Status(unique.code(),
                        absl::StrCat(name, ": ", unique.message()));
  }
  const bool as_table = format == PandasFormat::kTable && FitsTable(frame);
  CPPET_ASSIGN_OR_RETURN(
      Handle own,
      CreatePandasGroup(group, name, as_table ? "frame_table" : "frame",
                        "FRAME", filters));
  return as_table ? WriteTableFrame(own.get(), frame, filters)
                  : WriteFixedFrame(own.get(), frame, filters);
}

absl::Status WriteSeries(hid_t group, const std::string& name,
                         const Series& series, PandasFormat format,
                         const Filters& filters) {
  CPPET_RETURN_IF_ERROR(CheckParts(name, Value(series)));
  const bool as_table = format == PandasFormat::kTable && FitsTable(series);
  CPPET_ASSIGN_OR_RETURN(
      Handle own,
      CreatePandasGroup(group, name, as_table ? "series_table" : "series",
                        "SERIES", filters));
  return as_table ? WriteTableSeries(own.get(), series, filters)
                  : WriteFixedSeries(own.get(), series, filters);
}

absl::StatusOr<DataFrame> ReadFrame(hid_t group) {
  const std::string type = ReadText(group, "pandas_type").value_or("");
  if (type == "frame") return ReadFixedFrame(group);
  if (type == "frame_table") return ReadTableFrame(group);
  return NotOfType(group, type);
}

absl::StatusOr<Series> ReadSeries(hid_t group) {
  const std::string type = ReadText(group, "pandas_type").value_or("");
  if (type == "series") return ReadFixedSeries(group);
  if (type == "series_table") return ReadTableSeries(group);
  return NotOfType(group, type);
}

}  // namespace cppet::hdf5
