#ifndef CPPET_STORAGE_HDF5_PANDAS_COLUMN_BLOCK_H_
#define CPPET_STORAGE_HDF5_PANDAS_COLUMN_BLOCK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {

// The columns of a data frame that are of one type, which pandas keeps together
// as a matrix.
struct ColumnBlock {
  DType dtype = DType::kFloat64;
  std::vector<int64_t> columns;  // counted from 0
};

// Blocks in the order that pandas has them in: by the name of their type.
std::vector<ColumnBlock> BlocksOf(const std::vector<Value>& columns);

// The matrix, rows by columns, of the columns `which`: at least one, and all of
// one type and length.
Value JoinColumns(const std::vector<Value>& columns,
                  const std::vector<int64_t>& which);

// The columns of a matrix.
std::vector<Value> SplitColumns(const Value& matrix);

// A matrix with its rows as columns.
Value Transposed(const Value& matrix);

// The elements `which` of a 1-d array.
Value SelectElements(const Value& array, const std::vector<int64_t>& which);

// The bytes of one element of an array: equal for equal elements only.
std::string ElementKey(const Value& array, int64_t i);

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_PANDAS_COLUMN_BLOCK_H_
