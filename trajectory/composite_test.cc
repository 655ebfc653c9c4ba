#include "cppet/trajectory/composite.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

ObjectTable Bodies() {
  return {{Column::Of("mass", std::vector<double>{1.5, 2.5}),
           Column::Of("name", std::vector<std::string>{"a", "bb"})}};
}

DataFrame Frame() {
  DataFrame frame;
  frame.index = NumberedIndex(2);
  frame.columns.labels = std::vector<std::string>{"x", "s"};
  frame.data = {std::vector<double>{1, 2}, std::vector<std::string>{"a", "b"}};
  return frame;
}

std::vector<Value> OneOfEach() {
  Series series;
  series.index = NumberedIndex(2);
  series.data = std::vector<int64_t>{3, 4};
  series.name = "counts";
  SparseMatrix matrix;
  matrix.shape = {2, 3};
  matrix.data = std::vector<double>{5};
  matrix.indices = std::vector<int32_t>{2};
  matrix.indptr = std::vector<int32_t>{0, 0, 1};
  return {Dict{{{"a", 1}, {"b", "text"}}},
          Bodies(),
          Frame(),
          series,
          matrix,
          PickledObject{"N."},
          UserObject{"geo.Point", std::string("\0\1", 2)},
          SharedData{"SharedArray", {{"", std::vector<double>{1}}}}};
}

TEST(CompositeTest, ComesBackFromAValue) {
  const Value value = Bodies();
  EXPECT_TRUE(value.is_composite());
  EXPECT_FALSE(value.is_scalar());
  EXPECT_EQ(value.type_name(), "ObjectTable");
  EXPECT_THAT(value.As<ObjectTable>(), IsOkAndHolds(Bodies()));
}

TEST(CompositeTest, IsNothingElse) {
  for (const Value& value : OneOfEach()) {
    SCOPED_TRACE(value.type_name());
    EXPECT_FALSE(value.is_text());
    EXPECT_THAT(value.As<double>(),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(value.As<std::string>(),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(value.As<NdArray<double>>(),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(value.As<std::vector<std::string>>(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(Value(1).As<Dict>(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("dict")));
}

TEST(CompositeTest, SurvivesItsEncoding) {
  for (const Value& value : OneOfEach()) {
    EXPECT_THAT(DecodeValue(EncodeValue(value)), IsOkAndHolds(value))
        << value.type_name();
  }
}

TEST(CompositeTest, ArraysWithoutElementsSurviveTheirEncoding) {
  for (const Value& value :
       {Value(NdArray<double>{{3, 0}, {}}), Value(NdArray<double>{{0, 3}, {}}),
        Value(NdArray<std::string>{{3, 0}, {}})}) {
    EXPECT_THAT(DecodeValue(EncodeValue(value)), IsOkAndHolds(value));
  }
}

TEST(CompositeTest, EqualsOnlyItsLike) {
  const std::vector<Value> all = OneOfEach();
  const std::vector<Value> again = OneOfEach();
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < all.size(); ++j) {
      EXPECT_EQ(all[i] == again[j], i == j);
    }
    EXPECT_FALSE(all[i] == Value(1));
    EXPECT_FALSE(Value(1) == all[i]);
  }
  ObjectTable other = Bodies();
  other.columns[0].name = "weight";
  EXPECT_FALSE(Value(other) == Value(Bodies()));
}

TEST(CompositeTest, HasAShortText) {
  const std::vector<std::string> expected = {
      "{'a': 1, 'b': 'text'}",
      "ObjectTable(2 rows of mass, name)",
      "DataFrame(2 x 2: array(['x', 's']))",
      "Series(array([3, 4]))",
      "csr_matrix(2 x 3, 1 elements)",
      "pickle(2 bytes)",
      "geo.Point(2 bytes)",
      "SharedArray(1 parts)"};
  const std::vector<Value> all = OneOfEach();
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(PythonRepr(all[i]), expected[i]);
  }
}

TEST(CompositeTest, FitsTogether) {
  for (const Value& value : OneOfEach()) {
    EXPECT_THAT(CheckComposite(value), IsOk()) << value.type_name();
  }
  EXPECT_THAT(CheckComposite(Value(1)), IsOk());
}

TEST(CompositeTest, DoesNotFitTogether) {
  const std::string not_utf8 = "\xff";
  ObjectTable uneven = Bodies();
  uneven.columns[1] = Column::Of("name", std::vector<std::string>{"a"});
  ObjectTable twice = Bodies();
  twice.columns[1].name = "mass";
  ObjectTable no_column = Bodies();
  no_column.columns[0].cells = 1.5;
  DataFrame narrow = Frame();
  narrow.data.pop_back();
  DataFrame low = Frame();
  low.data[0] = std::vector<double>{1};
  DataFrame odd_index = Frame();
  odd_index.index.labels = std::vector<bool>{true, false};
  DataFrame of_bytes = Frame();
  of_bytes.data[0] = std::vector<Bytes>{{"a"}, {"b"}};
  const std::vector<std::pair<Value, std::string>> cases = {
      {Dict{{{"a", 1}, {"a", 2}}}, "two 'a'"},
      {Dict{{{"", 1}}}, "''"},
      {Dict{{{"a/b", 1}}}, "a/b"},
      {Dict{{{"_v_a", 1}}}, "_v_a"},
      {Dict{{{"a", Dict{}}}}, "'a' is a dict"},
      {Dict{{{"a", not_utf8}}}, "UTF-8"},
      {uneven, "'name' has 1 rows"},
      {twice, "two 'mass'"},
      {no_column, "'mass'"},
      {narrow, "2 names of columns, but 1"},
      {low, "column 0 has 1 rows"},
      {odd_index, "labels of type bool"},
      {of_bytes, "bytes"},
      {PickledObject{"N"}, "pickle"},
      {UserObject{"", ""}, "name"}};
  for (const auto& [value, reason] : cases) {
    EXPECT_THAT(CheckComposite(value),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(reason)))
        << PythonRepr(value);
  }
}

TEST(CompositeTest, IsNotDecodedUnlessItFitsTogether) {
  ObjectTable uneven = Bodies();
  uneven.columns[1] = Column::Of("name", std::vector<std::string>{"a"});
  DataFrame narrow = Frame();
  narrow.data.pop_back();
  Series low;
  low.index = NumberedIndex(2);
  SparseMatrix outside;
  outside.shape = {1, 1};
  outside.data = std::vector<double>{5};
  outside.indices = std::vector<int32_t>{7};
  outside.indptr = std::vector<int32_t>{0, 1};
  for (const Value& value :
       {Value(uneven), Value(narrow), Value(low), Value(outside)}) {
    EXPECT_THAT(DecodeValue(EncodeValue(value)),
                StatusIs(absl::StatusCode::kDataLoss))
        << value.type_name();
  }
}

TEST(ColumnTest, GivesBackItsCells) {
  const std::vector<std::vector<Value>> columns = {
      {1, 2},
      {"a", "bb"},
      {Value(std::vector<double>{1, 2}), Value(std::vector<double>{3, 4})},
      {Value::Tuple<std::string>({"x", "y"}),
       Value::Tuple<std::string>({"z", ""})},
      {Value(NdArray<int8_t>{{1, 2}, {1, 2}}),
       Value(NdArray<int8_t>{{1, 2}, {3, 4}})},
      {uint8_t{3}}};
  for (const std::vector<Value>& cells : columns) {
    const absl::StatusOr<Column> column = Column::OfCells("c", cells);
    ASSERT_THAT(column, IsOk());
    ASSERT_EQ(column->rows(), cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      EXPECT_EQ(column->Cell(i), cells[i]);
    }
    EXPECT_THAT(CheckComposite(ObjectTable{{*column}}), IsOk());
  }
}

TEST(ColumnTest, RefusesCellsOfDifferentTypes) {
  EXPECT_THAT(Column::OfCells("c", {1, 2.0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("c")));
  EXPECT_THAT(Column::OfCells("c", {Value(std::vector<double>{1}),
                                    Value(std::vector<double>{1, 2})}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Column::OfCells("c", {Dict{}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Column::OfCells("c", {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cppet
