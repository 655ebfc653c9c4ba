#include "cppet/storage/hdf5/pandas/column_block.h"

#include <cstdint>
#include <string>
#include <vector>

#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;

const std::vector<Value>& Columns() {
  static const auto& columns = *new std::vector<Value>{
      Value(std::vector<std::string>{"a", "b"}),
      Value(std::vector<int64_t>{1, 2}), Value(std::vector<double>{5, 6}),
      Value(std::vector<int64_t>{3, 4})};
  return columns;
}

TEST(ColumnBlockTest, AreSortedByTheNameOfTheirType) {
  const std::vector<ColumnBlock> blocks = BlocksOf(Columns());
  ASSERT_EQ(blocks.size(), 3);
  EXPECT_EQ(blocks[0].dtype, DType::kFloat64);
  EXPECT_THAT(blocks[0].columns, ElementsAre(2));
  EXPECT_EQ(blocks[1].dtype, DType::kInt64);
  EXPECT_THAT(blocks[1].columns, ElementsAre(1, 3));
  EXPECT_EQ(blocks[2].dtype, DType::kString);  // "object"
  EXPECT_THAT(blocks[2].columns, ElementsAre(0));
}

TEST(ColumnBlockTest, AreMatricesOfRowsByColumns) {
  const Value matrix = JoinColumns(Columns(), {1, 3});
  EXPECT_EQ(matrix, Value(NdArray<int64_t>{{2, 2}, {1, 3, 2, 4}}));
  EXPECT_EQ(Transposed(matrix), Value(NdArray<int64_t>{{2, 2}, {1, 2, 3, 4}}));
  EXPECT_THAT(SplitColumns(matrix), ElementsAre(Columns()[1], Columns()[3]));
}

TEST(ColumnBlockTest, MayBeEmpty) {
  const Value empty(NdArray<int64_t>{{0, 2}, {}});
  EXPECT_EQ(Transposed(empty), Value(NdArray<int64_t>{{2, 0}, {}}));
  EXPECT_EQ(SplitColumns(empty).size(), 2);
}

TEST(ColumnBlockTest, ElementsAreSelectedByPosition) {
  EXPECT_EQ(SelectElements(Columns()[0], {1, 0, 1}),
            Value(std::vector<std::string>{"b", "a", "b"}));
  EXPECT_NE(ElementKey(Columns()[1], 0), ElementKey(Columns()[1], 1));
  EXPECT_EQ(ElementKey(Columns()[0], 1), "b");
}

}  // namespace
}  // namespace cppet::hdf5
