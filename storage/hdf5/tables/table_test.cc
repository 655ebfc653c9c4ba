#include "cppet/storage/hdf5/tables/table.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/codecs/complib.h"
#include "cppet/storage/hdf5/tables/rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

std::shared_ptr<const RowLayout> Layout() {
  return std::make_shared<const RowLayout>(
      std::vector<ColumnSpec>{{"flag", DType::kBool},
                              {"text", DType::kBytes, 4},
                              {"number", DType::kInt32},
                              {"pair", DType::kFloat64, 0, {2}}});
}

Rows MakeRows(const std::vector<int>& numbers) {
  Rows rows(Layout());
  for (const int number : numbers) {
    rows.Add();
    rows.SetInteger(0, number % 2);
    rows.SetText(1, std::string(number, 'x'));
    rows.SetInteger(2, number);
    rows.SetFloat(3, number / 2.0);
  }
  return rows;
}

class TableTest : public ::testing::Test {
 protected:
  ScratchFile file_;
};

TEST_F(TableTest, IsAsPyTablesWritesIt) {
  const auto table = Table::Create(file_.root(), "t", MakeRows({1, 2}),
                                   {.title = "title", .chunk_rows = 2});
  ASSERT_THAT(table, IsOk());
  const Handle type(H5Dget_type(table->id()));
  EXPECT_EQ(H5Tget_size(type.get()), 1 + 4 + 4 + 16);
  const Handle flag(H5Tget_member_type(type.get(), 0));
  const Handle text(H5Tget_member_type(type.get(), 1));
  const Handle pair(H5Tget_member_type(type.get(), 3));
  EXPECT_GT(H5Tequal(flag.get(), H5T_STD_B8LE), 0);
  EXPECT_GT(H5Tequal(text.get(), StringType(4, H5T_CSET_ASCII).get()), 0);
  EXPECT_EQ(H5Tget_class(pair.get()), H5T_ARRAY);
  EXPECT_EQ(H5Tget_member_offset(type.get(), 3), 9);

  const Handle space(H5Dget_space(table->id()));
  hsize_t max_rows = 0;
  H5Sget_simple_extent_dims(space.get(), nullptr, &max_rows);
  EXPECT_EQ(max_rows, H5S_UNLIMITED);

  EXPECT_THAT(ReadText(table->id(), "CLASS"), Optional(std::string("TABLE")));
  EXPECT_THAT(ReadText(table->id(), "VERSION"), Optional(std::string("2.7")));
  EXPECT_THAT(ReadText(table->id(), "TITLE"), Optional(std::string("title")));
  EXPECT_THAT(ReadText(table->id(), "FIELD_2_NAME"),
              Optional(std::string("number")));
  EXPECT_THAT(ReadInteger(table->id(), "FIELD_2_FILL"), Optional(0));
  EXPECT_THAT(ReadInteger(table->id(), "NROWS"), Optional(2));
}

TEST_F(TableTest, AppendsAndReplacesRows) {
  auto table = Table::Create(file_.root(), "t", MakeRows({}), {});
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(table->num_rows(), 0);
  ASSERT_THAT(table->Append(MakeRows({1, 2, 3, 4})), IsOk());
  ASSERT_THAT(table->Append(MakeRows({5})), IsOk());
  ASSERT_THAT(table->Write(1, MakeRows({7, 6})), IsOk());
  EXPECT_THAT(ReadInteger(table->id(), "NROWS"), Optional(5));

  const auto opened = Table::Open(file_.root(), "t");
  ASSERT_THAT(opened, IsOk());
  ASSERT_EQ(opened->num_rows(), 5);
  const auto rows = opened->Read(1, 3);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->Integer(0, 2), 7);
  EXPECT_EQ(rows->Integer(0, 0), 1);
  // Cut, but all bytes of the column are used.
  EXPECT_EQ(rows->Text(0, 1), "xxxx");
  EXPECT_EQ(rows->Integer(2, 2), 4);
  EXPECT_EQ(rows->Float(2, 3), 2.0);
}

TEST_F(TableTest, GrowsWhateverCompressesIt) {
  for (const Complib complib : {Complib::kZlib, Complib::kLzo, Complib::kBzip2,
                                Complib::kBlosc, Complib::kBloscZstd}) {
    const std::string name(ComplibName(complib));
    SCOPED_TRACE(name);
    TableOptions options;
    options.filters = {9, complib, true, true};
    options.chunk_rows = 100;
    ASSERT_THAT(Table::Create(file_.root(), name, MakeRows({0}), options),
                IsOk());
    std::vector<int> numbers;
    for (int i = 1; i < 50; ++i) numbers.push_back(i % 3);
    for (int i = 0; i < 5; ++i) {
      // Opened anew, it has nothing in its cache.
      auto table = Table::Open(file_.root(), name);
      ASSERT_THAT(table, IsOk());
      ASSERT_THAT(table->Append(MakeRows(numbers)), IsOk());
    }
    const auto table = Table::Open(file_.root(), name);
    ASSERT_THAT(table, IsOk());
    ASSERT_EQ(table->num_rows(), 1 + 5 * numbers.size());
    const auto rows = table->Read(0, table->num_rows());
    ASSERT_THAT(rows, IsOk());
    for (size_t i = 0; i < 5 * numbers.size(); ++i) {
      EXPECT_EQ(rows->Integer(1 + i, 2), numbers[i % numbers.size()]);
    }
  }
}

TEST_F(TableTest, ReadsColumnsByName) {
  ASSERT_THAT(Table::Create(file_.root(), "t", MakeRows({1, 2, 3}), {}),
              IsOk());
  const auto table = Table::Open(file_.root(), "t");
  ASSERT_THAT(table, IsOk());
  const auto rows = table->ReadColumns({"number", "no such", "text"});
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->size(), 3);
  EXPECT_EQ(rows->layout().Find("no such"), -1);
  EXPECT_EQ(rows->Integer(2, 0), 3);
  EXPECT_EQ(rows->Text(2, 1), "xxx");
  EXPECT_EQ(rows->Text(2, -1), "");
  EXPECT_EQ(rows->Integer(2, -1), 0);
  EXPECT_THAT(table->ReadColumns({"no such"}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TableTest, SaysWhatIsNoTable) {
  EXPECT_THAT(Table::Open(file_.root(), "missing"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing")));
  const Handle group(
      H5Gcreate2(file_.root(), "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_THAT(Table::Open(file_.root(), "group"),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("/group")));
  const Handle scalar(H5Dcreate2(file_.root(), "scalar", H5T_NATIVE_INT,
                                 ScalarSpace(), H5P_DEFAULT, H5P_DEFAULT,
                                 H5P_DEFAULT));
  EXPECT_THAT(Table::Open(file_.root(), "scalar"),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(TableTest, DoesNotTrustTheNumberOfRows) {
  const hsize_t rows = hsize_t{1} << 40, chunk = 1;
  const Handle space(H5Screate_simple(1, &rows, nullptr));
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(properties.get(), 1, &chunk);
  const Handle dataset(H5Dcreate2(file_.root(), "t", Layout()->file_type(),
                                  space.get(), H5P_DEFAULT, properties.get(),
                                  H5P_DEFAULT));
  const auto table = Table::Open(file_.root(), "t");
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table->Read(0, table->num_rows()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("/t")));
  EXPECT_THAT(table->ReadColumns({"number"}),
              StatusIs(absl::StatusCode::kDataLoss));
}

// Wherever chunks begin and end, and whoever compresses them.
TEST_F(TableTest, TakesManyRowsAtAnyPlace) {
  const auto layout = std::make_shared<const RowLayout>(
      std::vector<ColumnSpec>{{"text", DType::kBytes, 5},
                              {"number", DType::kInt32},
                              {"pair", DType::kFloat64, 0, {2}}});
  std::vector<int> expected;
  const auto make = [&](int first, int count) {
    Rows rows(layout);
    for (int i = first; i < first + count; ++i) {
      rows.Add();
      rows.SetText(0, std::string((i + 500) % 5, 'x'));
      rows.SetInteger(1, i);
    }
    return rows;
  };
  TableOptions options = {.title = "title", .chunk_rows = 100};
  options.filters.complevel = 1;
  options.filters.shuffle = true;
  auto table = Table::Create(file_.root(), "t", make(0, 30), options);
  ASSERT_THAT(table, IsOk());
  for (int i = 0; i < 30; ++i) expected.push_back(i);
  for (const int count : {1, 69, 300, 250, 7, 999, 44, 200}) {
    const int first = 1000 * count;
    ASSERT_THAT(table->Append(make(first, count)), IsOk());
    for (int i = 0; i < count; ++i) expected.push_back(first + i);
  }
  for (const int first : {0, 77, 400, 1600}) {
    ASSERT_THAT(table->Write(first, make(-500, 300)), IsOk());
    for (int i = 0; i < 300; ++i) expected[first + i] = i - 500;
  }
  ASSERT_EQ(table->num_rows(), expected.size());
  ASSERT_TRUE(table->Close());
  const auto opened = Table::Open(file_.root(), "t");
  ASSERT_THAT(opened, IsOk());
  const auto rows = opened->Read(0, opened->num_rows());
  ASSERT_THAT(rows, IsOk());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(rows->Integer(i, 1), expected[i]) << i;
    ASSERT_EQ(rows->Text(i, 0).size(), (expected[i] + 500) % 5) << i;
  }
}

TEST_F(TableTest, GivesAnyRowsAndColumnsOfThem) {
  constexpr int kCount = 40;
  std::vector<int> numbers(kCount);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (const bool shuffle : {true, false}) {
    TableOptions options;
    options.chunk_rows = 7;
    options.filters.complevel = 1;
    options.filters.shuffle = shuffle;
    const auto table = Table::Create(file_.root(), shuffle ? "a" : "b",
                                     MakeRows(numbers), options);
    ASSERT_THAT(table, IsOk());
    const auto part = std::make_shared<const RowLayout>(
        table->layout()->Part({"number", "flag"}).value());
    for (int first = 0; first < kCount; ++first) {
      for (int count = 0; first + count <= kCount; ++count) {
        const auto rows = table->Read(first, count);
        const auto some = table->Read(first, count, part);
        ASSERT_THAT(rows, IsOk());
        ASSERT_THAT(some, IsOk());
        for (int i = 0; i < count; ++i) {
          ASSERT_EQ(rows->Integer(i, 2), first + i);
          ASSERT_EQ(rows->Text(i, 1), std::string(std::min(first + i, 4), 'x'));
          ASSERT_EQ(some->Integer(i, 0), first + i);
          ASSERT_EQ(some->Integer(i, 1), (first + i) % 2);
        }
      }
    }
  }
}

}  // namespace
}  // namespace cppet::hdf5
