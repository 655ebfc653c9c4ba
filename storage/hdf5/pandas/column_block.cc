#include "cppet/storage/hdf5/pandas/column_block.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace cppet::hdf5 {
namespace {

// An array made of elements of other arrays of type `dtype`.
class ArrayBuilder {
 public:
  explicit ArrayBuilder(DType dtype)
      : dtype_(dtype), item_size_(ItemSize(dtype)) {}

  void Add(const Value& from, int64_t i) {
    if (item_size_ == 0) {
      texts_.push_back(from.texts()[i]);
    } else {
      const char* const element = from.bytes().data() + i * item_size_;
      bytes_.insert(bytes_.end(), element, element + item_size_);
    }
  }

  Value Build(std::vector<int64_t> shape) && {
    if (item_size_ == 0) {
      return Value::TextCollection(Form::kArray, dtype_, Flavor::kNumpy,
                                   std::move(shape), std::move(texts_));
    }
    return Value::Collection(Form::kArray, dtype_, Flavor::kNumpy,
                             std::move(shape), std::move(bytes_));
  }

 private:
  const DType dtype_;
  const size_t item_size_;  // 0 for text
  std::vector<char> bytes_;
  std::vector<std::string> texts_;
};

}  // namespace

std::vector<ColumnBlock> BlocksOf(const std::vector<Value>& columns) {
  std::map<absl::string_view, ColumnBlock> blocks;
  for (size_t i = 0; i < columns.size(); ++i) {
    const DType dtype = columns[i].dtype();
    // Text is an object to pandas.
    ColumnBlock& block =
        blocks[dtype == DType::kString ? "object" : DTypeName(dtype)];
    block.dtype = dtype;
    block.columns.push_back(i);
  }
  std::vector<ColumnBlock> sorted;
  for (auto& [name, block] : blocks) sorted.push_back(std::move(block));
  return sorted;
}

Value JoinColumns(const std::vector<Value>& columns,
                  const std::vector<int64_t>& which) {
  const int64_t rows = columns[which[0]].size();
  ArrayBuilder matrix(columns[which[0]].dtype());
  for (int64_t row = 0; row < rows; ++row) {
    for (const int64_t i : which) matrix.Add(columns[i], row);
  }
  return std::move(matrix).Build({rows, static_cast<int64_t>(which.size())});
}

std::vector<Value> SplitColumns(const Value& matrix) {
  const int64_t rows = matrix.shape()[0];
  const int64_t count = matrix.shape()[1];
  std::vector<Value> columns;
  for (int64_t i = 0; i < count; ++i) {
    ArrayBuilder column(matrix.dtype());
    for (int64_t row = 0; row < rows; ++row)
      column.Add(matrix, row * count + i);
    columns.push_back(std::move(column).Build({rows}));
  }
  return columns;
}

Value Transposed(const Value& matrix) {
  const int64_t rows = matrix.shape()[0];
  const int64_t columns = matrix.shape()[1];
  ArrayBuilder transposed(matrix.dtype());
  if (matrix.size() > 0) {
    for (int64_t i = 0; i < columns; ++i) {
      for (int64_t row = 0; row < rows; ++row) {
        transposed.Add(matrix, row * columns + i);
      }
    }
  }
  return std::move(transposed).Build({columns, rows});
}

Value SelectElements(const Value& array, const std::vector<int64_t>& which) {
  ArrayBuilder selected(array.dtype());
  for (const int64_t i : which) selected.Add(array, i);
  return std::move(selected).Build({static_cast<int64_t>(which.size())});
}

std::string ElementKey(const Value& array, int64_t i) {
  if (array.is_text()) return array.texts()[i];
  const size_t size = ItemSize(array.dtype());
  return std::string(array.bytes().substr(i * size, size));
}

}  // namespace cppet::hdf5
