#include "cppet/storage/hdf5/tables/table.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/chunk_reader.h"
#include "cppet/storage/hdf5/api/chunk_writer.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/codecs/chunk_decoder.h"
#include "cppet/storage/hdf5/codecs/decoded_size.h"

namespace cppet::hdf5 {
namespace {

absl::Status WriteTableAttributes(hid_t table, const RowLayout& layout,
                                  absl::string_view title, int64_t num_rows) {
  CPPET_RETURN_IF_ERROR(WriteText(table, "CLASS", "TABLE"));
  CPPET_RETURN_IF_ERROR(WriteText(table, "VERSION", "2.7"));
  CPPET_RETURN_IF_ERROR(WriteText(table, "TITLE", title));
  for (size_t i = 0; i < layout.columns().size(); ++i) {
    const RowLayout::Column& column = layout.columns()[i];
    CPPET_RETURN_IF_ERROR(WriteText(
        table, absl::StrCat("FIELD_", i, "_NAME").c_str(), column.name));
    const std::string fill = absl::StrCat("FIELD_", i, "_FILL");
    if (column.element.dtype == DType::kBytes) {
      CPPET_RETURN_IF_ERROR(
          WriteZero(table, fill.c_str(), StringType(1, H5T_CSET_ASCII).get()));
    } else {
      CPPET_RETURN_IF_ERROR(
          WriteZero(table, fill.c_str(), FileType(column.element.dtype)));
    }
  }
  return WriteInteger(table, "NROWS", num_rows);
}

absl::Status NoTable(hid_t dataset) {
  return StatusAt(dataset, "it is no table", absl::StatusCode::kUnimplemented);
}

// `count` rows from `first` on, in the file.
Handle SelectRows(hid_t dataset, hsize_t first, hsize_t count) {
  Handle space(H5Dget_space(dataset));
  if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &count,
                          nullptr) < 0) {
    space.Reset();
  }
  return space;
}

Handle RowSpace(hsize_t count) {
  return Handle(H5Screate_simple(1, &count, nullptr));
}

// The whole chunks among some rows: where they begin and end in these.
struct WholeChunks {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t count = 0;
};

WholeChunks WholeChunksIn(int64_t first, int64_t count, int64_t chunk_rows) {
  if (chunk_rows <= 0) return {};
  const int64_t begin = (first + chunk_rows - 1) / chunk_rows;
  const int64_t end = (first + count) / chunk_rows;
  if (begin >= end) return {};
  return {begin * chunk_rows - first, end * chunk_rows - first, end - begin};
}

}  // namespace

absl::StatusOr<Table> Table::Create(hid_t group, const std::string& name,
                                    const Rows& rows,
                                    const TableOptions& options) {
  const RowLayout& layout = rows.layout();
  const hsize_t size = rows.size();
  const hsize_t unlimited = H5S_UNLIMITED;
  const Handle space(H5Screate_simple(1, &size, &unlimited));
  const Handle properties =
      DatasetProperties({static_cast<hsize_t>(options.chunk_rows)},
                        options.filters, DatasetKind::kTable);
  OpenedDataset dataset;
  dataset.id =
      Handle(H5Dcreate2(group, name.c_str(), layout.file_type(), space.get(),
                        H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  const hid_t id = dataset.id.get();
  if (!dataset.id.ok() ||
      (size > 0 && H5Dwrite(id, layout.memory_type(), H5S_ALL, H5S_ALL,
                            H5P_DEFAULT, rows.data()) < 0)) {
    return ErrorAt(group, absl::StrCat("cannot write the table ", name));
  }
  CPPET_RETURN_IF_ERROR(
      WriteTableAttributes(id, layout, options.title, rows.size()));
  dataset.shape = {rows.size()};
  dataset.chunk_bytes = options.chunk_rows * H5Tget_size(layout.file_type());
  return Table(std::move(dataset), rows.shared_layout());
}

absl::StatusOr<Table> Table::Open(hid_t group, const std::string& name) {
  if (!HasLink(group, name)) {
    return StatusAt(group, absl::StrCat("there is no table ", name),
                    absl::StatusCode::kNotFound);
  }
  CPPET_ASSIGN_OR_RETURN(Handle object, OpenObject(group, name));
  return Open(std::move(object));
}

absl::StatusOr<Table> Table::Open(Handle object) {
  if (!IsDataset(object.get())) return NoTable(object.get());
  CPPET_ASSIGN_OR_RETURN(OpenedDataset dataset,
                         InspectDataset(std::move(object)));
  if (dataset.shape.size() != 1) return NoTable(dataset.id.get());
  absl::StatusOr<RowLayout> layout = RowLayout::Of(dataset.type.get());
  if (!layout.ok()) {
    return StatusAt(dataset.id.get(), layout.status().message(),
                    layout.status().code());
  }
  return Table(std::move(dataset),
               std::make_shared<const RowLayout>(*std::move(layout)));
}

absl::Status Table::Append(const Rows& rows) {
  if (rows.empty()) return absl::OkStatus();
  const int64_t first = num_rows();
  const hsize_t size = first + rows.size();
  if (H5Dset_extent(id(), &size) < 0) {
    return ErrorAt(id(), "cannot grow the table");
  }
  dataset_.shape[0] = size;
  CPPET_RETURN_IF_ERROR(Transfer(first, rows));
  return UpdateInteger(id(), "NROWS", size);
}

absl::Status Table::Write(int64_t first, const Rows& rows) {
  return rows.empty() ? absl::OkStatus() : Transfer(first, rows);
}

absl::Status Table::Truncate(int64_t count) {
  const hsize_t size = count;
  if (H5Dset_extent(id(), &size) < 0) {
    return ErrorAt(id(), "cannot shorten the table");
  }
  dataset_.shape[0] = count;
  return UpdateInteger(id(), "NROWS", count);
}

absl::Status Table::TransferPart(int64_t first, const Rows& rows, int64_t begin,
                                 int64_t end) {
  if (begin == end) return absl::OkStatus();
  const Handle file_space = SelectRows(id(), first + begin, end - begin);
  const Handle memory_space = RowSpace(end - begin);
  const ChunkSizeScope chunk_size(dataset_.chunk_bytes);
  if (!file_space.ok() ||
      H5Dwrite(id(), rows.layout().memory_type(), memory_space.get(),
               file_space.get(), H5P_DEFAULT,
               rows.data() + begin * rows.layout().row_size()) < 0) {
    return ErrorAt(id(), "cannot write rows");
  }
  return absl::OkStatus();
}

absl::Status Table::Transfer(int64_t first, const Rows& rows) {
  const size_t row_size = rows.layout().row_size();
  const WholeChunks whole = WholeChunksIn(first, rows.size(), chunk_rows());
  // In the file they may have gaps, or numbers of another kind.
  if (whole.count < 2 ||
      H5Tequal(layout_->file_type(), rows.layout().memory_type()) <= 0) {
    return TransferPart(first, rows, 0, rows.size());
  }
  CPPET_ASSIGN_OR_RETURN(
      const bool written,
      WriteWholeChunks(
          id(), first + whole.begin, chunk_rows(), chunk_rows() * row_size,
          absl::string_view(rows.data() + whole.begin * row_size,
                            (whole.end - whole.begin) * row_size)));
  if (!written) return TransferPart(first, rows, 0, rows.size());
  CPPET_RETURN_IF_ERROR(TransferPart(first, rows, 0, whole.begin));
  return TransferPart(first, rows, whole.end, rows.size());
}

absl::Status Table::ReadPart(int64_t first, int64_t count,
                             const RowLayout& part, char* bytes) const {
  if (count == 0) return absl::OkStatus();
  const Handle file_space = SelectRows(id(), first, count);
  const Handle memory_space = RowSpace(count);
  const ChunkSizeScope chunk_size(dataset_.chunk_bytes);
  if (!file_space.ok() || H5Dread(id(), part.memory_type(), memory_space.get(),
                                  file_space.get(), H5P_DEFAULT, bytes) < 0) {
    return ErrorAt(id(), "cannot read rows", absl::StatusCode::kDataLoss);
  }
  return absl::OkStatus();
}

bool Table::ReadChunks(int64_t first, int64_t count, const RowLayout& part,
                       char* bytes) const {
  // In the file they may have gaps, or numbers of another kind.
  if (H5Tequal(layout_->file_type(), layout_->memory_type()) <= 0) return false;
  std::vector<ElementPart> parts;
  for (const RowLayout::Column& column : part.columns()) {
    const int index = layout_->Find(column.name);
    if (index < 0) return false;
    const RowLayout::Column& from = layout_->columns()[index];
    parts.push_back({from.offset, from.element.total_size()});
  }
  const ChunkSize size = {static_cast<hsize_t>(chunk_rows()),
                          layout_->row_size()};
  return ReadWholeChunks(id(), size, first, count, parts, bytes);
}

absl::StatusOr<Rows> Table::Read(int64_t first, int64_t count) const {
  return Read(first, count, layout_);
}

absl::StatusOr<Rows> Table::Read(int64_t first, int64_t count,
                                 std::shared_ptr<const RowLayout> part) const {
  if (!size_checked_) {
    CPPET_RETURN_IF_ERROR(CheckedSize(dataset_, layout_->row_size()).status());
    size_checked_ = true;
  }
  const size_t row_size = part->row_size();
  std::vector<char> bytes(count * row_size);
  WholeChunks whole = WholeChunksIn(first, count, chunk_rows());
  if (whole.count < 2 || !ReadChunks(first + whole.begin, whole.count, *part,
                                     bytes.data() + whole.begin * row_size)) {
    whole = {};
  }
  CPPET_RETURN_IF_ERROR(ReadPart(first, whole.begin, *part, bytes.data()));
  CPPET_RETURN_IF_ERROR(ReadPart(first + whole.end, count - whole.end, *part,
                                 bytes.data() + whole.end * row_size));
  return Rows(std::move(part), std::move(bytes));
}

absl::StatusOr<Rows> Table::ReadColumns(
    const std::vector<std::string>& names) const {
  absl::StatusOr<RowLayout> part = layout_->Part(names);
  if (!part.ok()) return part.status();
  CPPET_ASSIGN_OR_RETURN(std::vector<char> bytes,
                         ReadAll(dataset_, part->memory_type()));
  return Rows(std::make_shared<const RowLayout>(*std::move(part)),
              std::move(bytes));
}

}  // namespace cppet::hdf5
