#include "cppet/storage/hdf5/tables/rows.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/text.h"

namespace cppet::hdf5 {
namespace {

// The HDF5 type of a column in the file (`in_file`) or in memory.
Handle ColumnType(const ColumnSpec& column, bool in_file) {
  Handle type;
  if (column.dtype == DType::kString || column.dtype == DType::kBytes) {
    type = Handle(H5Tcopy(StringType(column.text_size, H5T_CSET_ASCII).get()));
  } else {
    type = Handle(
        H5Tcopy(in_file ? FileType(column.dtype) : MemoryType(column.dtype)));
  }
  if (!column.shape.empty()) {
    const std::vector<hsize_t> dims(column.shape.begin(), column.shape.end());
    type = Handle(H5Tarray_create2(type.get(), dims.size(), dims.data()));
  }
  return type;
}

}  // namespace

RowLayout::RowLayout(const std::vector<ColumnSpec>& columns) {
  std::vector<Handle> file_types;
  for (const ColumnSpec& spec : columns) {
    const bool is_text =
        spec.dtype == DType::kString || spec.dtype == DType::kBytes;
    Column& column = columns_.emplace_back();
    column.name = spec.name;
    column.element.dtype = is_text ? DType::kBytes : spec.dtype;
    column.element.size = is_text ? spec.text_size : ItemSize(spec.dtype);
    column.element.shape = spec.shape;
    column.element.memory = ColumnType(spec, /*in_file=*/false);
    file_types.push_back(ColumnType(spec, /*in_file=*/true));
  }
  Pack().IgnoreError();
  file_type_ = Handle(H5Tcreate(H5T_COMPOUND, row_size_));
  for (size_t i = 0; i < columns_.size(); ++i) {
    H5Tinsert(file_type_.get(), columns_[i].name.c_str(), columns_[i].offset,
              file_types[i].get());
  }
}

absl::StatusOr<RowLayout> RowLayout::Of(hid_t compound) {
  RowLayout layout;
  if (H5Tget_class(compound) != H5T_COMPOUND) {
    return absl::UnimplementedError("it is no table");
  }
  layout.file_type_ = Handle(H5Tcopy(compound));
  const int count = H5Tget_nmembers(compound);
  for (int i = 0; i < count; ++i) {
    char* name = H5Tget_member_name(compound, i);
    const Handle type(H5Tget_member_type(compound, i));
    if (name == nullptr || !type.ok()) {
      H5free_memory(name);
      return ErrorAt(compound, "cannot read its columns",
                     absl::StatusCode::kDataLoss);
    }
    Column& column = layout.columns_.emplace_back();
    column.name = name;
    H5free_memory(name);
    CPPET_ASSIGN_OR_RETURN(column.element, ElementType::Of(type.get()));
  }
  CPPET_RETURN_IF_ERROR(layout.Pack());
  return layout;
}

absl::Status RowLayout::Pack() {
  row_size_ = 0;
  for (Column& column : columns_) {
    column.offset = row_size_;
    row_size_ += column.element.total_size();
  }
  if (row_size_ == 0) return absl::UnimplementedError("it has no columns");
  memory_type_ = Handle(H5Tcreate(H5T_COMPOUND, row_size_));
  for (const Column& column : columns_) {
    if (H5Tinsert(memory_type_.get(), column.name.c_str(), column.offset,
                  column.element.memory.get()) < 0) {
      return ErrorAt(memory_type_.get(), "cannot read its columns",
                     absl::StatusCode::kDataLoss);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RowLayout> RowLayout::Part(
    const std::vector<std::string>& names) const {
  RowLayout part;
  for (const std::string& name : names) {
    const int index = Find(name);
    if (index < 0) continue;
    const ElementType& element = columns_[index].element;
    Column& column = part.columns_.emplace_back();
    column.name = name;
    column.element.dtype = element.dtype;
    column.element.size = element.size;
    column.element.shape = element.shape;
    column.element.memory = Handle(H5Tcopy(element.memory.get()));
  }
  if (part.columns_.empty()) {
    return absl::NotFoundError("it has none of these columns");
  }
  CPPET_RETURN_IF_ERROR(part.Pack());
  return part;
}

int RowLayout::Find(absl::string_view name) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == name) return i;
  }
  return -1;
}

absl::string_view Rows::cell(int64_t row, int column) const {
  if (column < 0) return "";
  const RowLayout::Column& c = layout_->columns()[column];
  return {bytes_.data() + row * layout_->row_size() + c.offset,
          c.element.total_size()};
}

void Rows::AddCopy(const Rows& from, int64_t row) {
  const size_t size = layout_->row_size();
  const auto first = from.bytes_.begin() + row * size;
  bytes_.insert(bytes_.end(), first, first + size);
}

void Rows::AddAll(const Rows& from) {
  bytes_.insert(bytes_.end(), from.bytes_.begin(), from.bytes_.end());
}

char* Rows::Last(int column) {
  return bytes_.data() + bytes_.size() - layout_->row_size() +
         layout_->columns()[column].offset;
}

void Rows::SetText(int column, absl::string_view text) {
  if (column < 0) return;
  const ElementType& element = layout_->columns()[column].element;
  if (element.dtype != DType::kBytes) return;
  text = TruncateUtf8(text, element.size);
  char* const cell = Last(column);
  std::memset(std::copy(text.begin(), text.end(), cell), 0,
              element.size - text.size());
}

void Rows::SetInteger(int column, int64_t number) {
  if (column < 0) return;
  const DType dtype = layout_->columns()[column].element.dtype;
  if (dtype == DType::kBool) {
    *Last(column) = number != 0;
    return;
  }
  value_internal::ConvertNumber(DType::kInt64,
                                reinterpret_cast<const char*>(&number), dtype,
                                Last(column));
}

void Rows::SetFloat(int column, double number) {
  if (column < 0) return;
  value_internal::ConvertNumber(
      DType::kFloat64, reinterpret_cast<const char*>(&number),
      layout_->columns()[column].element.dtype, Last(column));
}

std::string Rows::Text(int64_t row, int column) const {
  return std::string(WithoutTrailingNuls(cell(row, column)));
}

int64_t Rows::Integer(int64_t row, int column) const {
  if (column < 0) return 0;
  int64_t number = 0;
  const DType dtype = layout_->columns()[column].element.dtype;
  if (dtype == DType::kBytes) return 0;
  if (dtype == DType::kBool) return cell(row, column)[0] != 0;
  value_internal::ConvertNumber(dtype, cell(row, column).data(), DType::kInt64,
                                reinterpret_cast<char*>(&number));
  return number;
}

double Rows::Float(int64_t row, int column) const {
  if (column < 0) return 0;
  double number = 0;
  const DType dtype = layout_->columns()[column].element.dtype;
  if (dtype == DType::kBytes || dtype == DType::kBool) return 0;
  value_internal::ConvertNumber(dtype, cell(row, column).data(),
                                DType::kFloat64,
                                reinterpret_cast<char*>(&number));
  return number;
}

}  // namespace cppet::hdf5
