#ifndef CPPET_STORAGE_HDF5_TABLES_ROWS_H_
#define CPPET_STORAGE_HDF5_TABLES_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// How a column of a new table looks.
struct ColumnSpec {
  std::string name;
  DType dtype = DType::kFloat64;
  // For text: its bytes.
  size_t text_size = 0;
  // For arrays.
  std::vector<int64_t> shape;
};

// The columns of a table, packed one after the other. Immutable.
class RowLayout {
 public:
  struct Column {
    std::string name;
    ElementType element;
    size_t offset = 0;
  };

  explicit RowLayout(const std::vector<ColumnSpec>& columns);

  // The columns of a table in a file.
  //
  // Errors:
  //   kUnimplemented: a column has a type that is none of ours.
  static absl::StatusOr<RowLayout> Of(hid_t compound);

  // The columns of these names alone, in that order.
  //
  // Errors:
  //   kNotFound: there is none of them.
  absl::StatusOr<RowLayout> Part(const std::vector<std::string>& names) const;

  const std::vector<Column>& columns() const { return columns_; }
  // -1 if there is none of that name.
  int Find(absl::string_view name) const;
  // Bytes of a row in memory.
  size_t row_size() const { return row_size_; }
  hid_t file_type() const { return file_type_.get(); }
  hid_t memory_type() const { return memory_type_.get(); }

 private:
  RowLayout() = default;
  // Makes memory_type_ of columns_.
  absl::Status Pack();

  std::vector<Column> columns_;
  size_t row_size_ = 0;
  Handle file_type_;
  Handle memory_type_;
};

// Some rows of a table in memory. Rows are counted from 0, columns as in the
// layout; what is asked for or set in column -1 is 0, empty or forgotten, as
// not all files have all columns.
class Rows {
 public:
  explicit Rows(std::shared_ptr<const RowLayout> layout)
      : layout_(std::move(layout)) {}
  Rows(std::shared_ptr<const RowLayout> layout, std::vector<char> bytes)
      : layout_(std::move(layout)), bytes_(std::move(bytes)) {}

  const RowLayout& layout() const { return *layout_; }
  const std::shared_ptr<const RowLayout>& shared_layout() const {
    return layout_;
  }
  int64_t size() const { return bytes_.size() / layout_->row_size(); }
  bool empty() const { return bytes_.empty(); }
  void clear() { bytes_.clear(); }
  const char* data() const { return bytes_.data(); }
  // The bytes of one cell.
  absl::string_view cell(int64_t row, int column) const;

  // Takes memory for so many rows in all.
  void Reserve(int64_t rows) { bytes_.reserve(rows * layout_->row_size()); }
  // Appends a row of zeros. The setters below are for the last row.
  void Add() { bytes_.resize(bytes_.size() + layout_->row_size()); }
  // Appends a row of `from`, which has the same layout, or all of them.
  void AddCopy(const Rows& from, int64_t row);
  void AddAll(const Rows& from);
  // Text that is too long is cut between two characters.
  void SetText(int column, absl::string_view text);
  void SetInteger(int column, int64_t number);
  void SetFloat(int column, double number);

  // Numbers of any type are converted; text is without NULs at its end.
  std::string Text(int64_t row, int column) const;
  int64_t Integer(int64_t row, int column) const;
  double Float(int64_t row, int column) const;

 private:
  char* Last(int column);

  std::shared_ptr<const RowLayout> layout_;
  std::vector<char> bytes_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TABLES_ROWS_H_
