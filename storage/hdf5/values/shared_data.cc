#include "cppet/storage/hdf5/values/shared_data.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/pandas/data_frame.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/values/array_item.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using Parts = std::vector<std::pair<std::string, Value>>;

constexpr hsize_t kMaxVlBytes = hsize_t{1} << 30;

absl::StatusOr<Parts> ReadTableColumns(Handle item) {
  CPPET_ASSIGN_OR_RETURN(const Table table, Table::Open(std::move(item)));
  CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
  Parts parts;
  const auto& columns = rows.layout().columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    CPPET_ASSIGN_OR_RETURN(const Decoder decoder,
                           Decoder::Create(columns[i].element, {}, {}));
    std::string cells;
    for (int64_t row = 0; row < rows.size(); ++row) {
      const absl::string_view cell = rows.cell(row, i);
      cells.append(cell.data(), cell.size());
    }
    parts.emplace_back(columns[i].name,
                       decoder.DecodeArray(rows.size(), cells));
  }
  return parts;
}

// Rows of different lengths.
absl::StatusOr<Parts> ReadVlRows(Handle item) {
  CPPET_ASSIGN_OR_RETURN(const OpenedDataset dataset,
                         InspectDataset(std::move(item)));
  const hid_t id = dataset.id.get();
  if (H5Tget_class(dataset.type.get()) != H5T_VLEN ||
      dataset.shape.size() != 1) {
    return StatusAt(id, "it is no array of rows of different lengths",
                    absl::StatusCode::kUnimplemented);
  }
  const Handle base(H5Tget_super(dataset.type.get()));
  absl::StatusOr<ElementType> element = ElementType::Of(base.get());
  if (!element.ok()) {
    return StatusAt(id, element.status().message(), element.status().code());
  }
  const Handle memory(H5Tvlen_create(element->memory.get()));
  const Handle space(H5Dget_space(id));
  CPPET_RETURN_IF_ERROR(CheckedSize(dataset, sizeof(hvl_t)).status());
  hsize_t bytes = 0;
  if (H5Dvlen_get_buf_size(id, memory.get(), space.get(), &bytes) < 0 ||
      bytes > kMaxVlBytes) {
    return ErrorAt(id, "its rows cannot be read", absl::StatusCode::kDataLoss);
  }
  std::vector<hvl_t> rows(dataset.shape[0]);
  if (H5Dread(id, memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()) <
      0) {
    return ErrorAt(id, "its rows cannot be read", absl::StatusCode::kDataLoss);
  }
  const absl::Cleanup reclaim = [&] {
    H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, rows.data());
  };
  absl::StatusOr<Decoder> decoder = Decoder::Create(*element, {}, {});
  if (!decoder.ok()) return decoder.status();
  Parts parts;
  for (const hvl_t& row : rows) {
    const absl::string_view cells(static_cast<const char*>(row.p),
                                  row.len * element->total_size());
    parts.emplace_back("", decoder->DecodeArray(row.len, cells));
  }
  return parts;
}

}  // namespace

absl::StatusOr<SharedData> ReadSharedData(Handle item) {
  const std::string kind =
      ReadText(item.get(), "SRVC_SHARED_TYPE").value_or("");
  if (kind == "TABLE") {
    CPPET_ASSIGN_OR_RETURN(Parts parts, ReadTableColumns(std::move(item)));
    return SharedData{"SharedTable", std::move(parts)};
  }
  if (kind == "VLARRAY") {
    CPPET_ASSIGN_OR_RETURN(Parts parts, ReadVlRows(std::move(item)));
    return SharedData{"SharedVLArray", std::move(parts)};
  }
  if (kind == "FRAME") {
    CPPET_ASSIGN_OR_RETURN(DataFrame frame, ReadFrame(item.get()));
    return SharedData{"SharedPandasFrame", {{"", std::move(frame)}}};
  }
  for (const auto& [name, type] :
       {std::pair("ARRAY", "SharedArray"), std::pair("CARRAY", "SharedCArray"),
        std::pair("EARRAY", "SharedEArray")}) {
    if (kind != name) continue;
    CPPET_ASSIGN_OR_RETURN(Value array, ReadArray(std::move(item)));
    return SharedData{type, {{"", std::move(array)}}};
  }
  return StatusAt(item.get(),
                  absl::StrCat("shared data of pypet's kind ", kind,
                               " cannot be read here"),
                  absl::StatusCode::kUnimplemented);
}

}  // namespace cppet::hdf5
