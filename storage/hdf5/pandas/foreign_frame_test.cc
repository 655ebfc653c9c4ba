// Reads data frames of which a part is damaged or that pandas could have
// written, but cppet has no type for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/pandas/data_frame.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;

using Texts = std::vector<std::string>;

Handle OpenGroup(hid_t parent, const std::string& name) {
  return Handle(H5Gopen2(parent, name.c_str(), H5P_DEFAULT));
}

class ForeignFrameTest : public ::testing::Test {
 protected:
  ForeignFrameTest() {
    DataFrame frame;
    frame.index = {Value(Texts{"x", "y"}), std::nullopt};
    frame.columns = {Value(Texts{"a", "b", "s"}), std::nullopt};
    frame.data = {Value(std::vector<int64_t>{1, 2}),
                  Value(std::vector<double>{1, 2}), Value(Texts{"p", "q"})};
    const auto write = [&](const char* name, PandasFormat format) {
      EXPECT_THAT(WriteFrame(file_.root(), name, frame, format, {}), IsOk());
      return OpenGroup(file_.root(), name);
    };
    fixed_ = write("fixed", PandasFormat::kFixed);
    table_ = write("table", PandasFormat::kTable);
    EXPECT_THAT(ReadFrame(fixed_.get()), IsOkAndHolds(frame));
    EXPECT_THAT(ReadFrame(table_.get()), IsOkAndHolds(frame));
  }

  // Changes an attribute of `part`, an object in `group` or ".".
  void SetText(const Handle& group, const char* part, const char* attribute,
               const std::string& text, bool is_pickle = false) {
    const Handle object(H5Oopen(group.get(), part, H5P_DEFAULT));
    if (H5Aexists(object.get(), attribute) > 0) {
      H5Adelete(object.get(), attribute);
    }
    EXPECT_THAT(is_pickle ? WriteAscii(object.get(), attribute, text)
                          : WriteText(object.get(), attribute, text),
                IsOk());
  }
  void SetPickle(const Handle& group, const char* part, const char* attribute,
                 const std::string& pickle) {
    SetText(group, part, attribute, pickle, /*is_pickle=*/true);
  }
  // Puts the dataset `from` in place of `to`.
  void Replace(const char* to, const char* from) {
    H5Ldelete(fixed_.get(), to, H5P_DEFAULT);
    H5Lcreate_hard(fixed_.get(), from, fixed_.get(), to, H5P_DEFAULT,
                   H5P_DEFAULT);
  }
  void ExpectError(const Handle& group, absl::StatusCode code,
                   const std::string& message) {
    EXPECT_THAT(ReadFrame(group.get()), StatusIs(code, HasSubstr(message)));
  }

  static constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
  static constexpr absl::StatusCode kUnimplemented =
      absl::StatusCode::kUnimplemented;

  ScratchFile file_;
  Handle fixed_;
  Handle table_;
};

TEST_F(ForeignFrameTest, NoBlock) {
  H5Ldelete(fixed_.get(), "block1_values", H5P_DEFAULT);
  ExpectError(fixed_, kDataLoss, "/fixed: cannot open block1_values");
}

TEST_F(ForeignFrameTest, OtherNumbersOfRowsAndColumns) {
  Replace("block0_values", "axis1");
  ExpectError(fixed_, kDataLoss, "it is a ndarray of bytes with shape (2,)");
  Replace("block0_values", "block1_values");
  Replace("block0_items", "axis0");
  ExpectError(fixed_, kDataLoss, "2 rows and 3 columns");
}

TEST_F(ForeignFrameTest, AColumnTwice) {
  Replace("block1_items", "block0_items");
  ExpectError(fixed_, kDataLoss, "a second time");
}

TEST_F(ForeignFrameTest, NoDataOfAColumn) {
  const Handle blocks(H5Aopen(fixed_.get(), "nblocks", H5P_DEFAULT));
  const int64_t two = 2;
  H5Awrite(blocks.get(), H5T_NATIVE_INT64, &two);
  ExpectError(fixed_, kDataLoss, "/fixed: there is no data of column 2");
  const int64_t many = INT64_MAX;
  H5Awrite(blocks.get(), H5T_NATIVE_INT64, &many);
  ExpectError(fixed_, kDataLoss, "/fixed: there is no index block3_items");
}

TEST_F(ForeignFrameTest, AnEmptyArrayWithElements) {
  SetText(fixed_, "block0_values", "value_type", "float64");
  SetPickle(fixed_, "block0_values", "shape", "(I1\nI2\nt.");
  ExpectError(fixed_, kDataLoss, "its shape is not that of an empty array");
  SetPickle(fixed_, "block0_values", "shape", "(I0\nI4611686018427387904\nt.");
  ExpectError(fixed_, kDataLoss, "2 rows and 1 columns");
  SetPickle(fixed_, "block0_values", "shape", "(I0\nI-1\nt.");
  ExpectError(fixed_, kDataLoss, "its shape is not that of an empty array");
}

TEST_F(ForeignFrameTest, OtherTypes) {
  SetText(fixed_, "block0_values", "value_type", "timedelta64");
  ExpectError(fixed_, kUnimplemented, "pandas' type timedelta64");
  SetText(fixed_, "block0_values", "value_type", "int8");
  ExpectError(fixed_, kDataLoss, "its type is float64, not int8");
  SetText(fixed_, "block0_values", "tz", "UTC");
  ExpectError(fixed_, kUnimplemented, "time zones");
}

TEST_F(ForeignFrameTest, OtherIndexes) {
  SetText(fixed_, "axis1", "kind", "integer");
  ExpectError(fixed_, kDataLoss, "/fixed/axis1: labels of kind integer");
  SetText(fixed_, "axis1", "kind", "timedelta64");
  ExpectError(fixed_, kUnimplemented, "'timedelta64'");
  SetText(fixed_, ".", "axis1_variety", "multi");
  ExpectError(fixed_, kUnimplemented, "'multi'");
}

TEST_F(ForeignFrameTest, NamesThatAreNoText) {
  SetPickle(fixed_, "axis1", "name", "(I1\nI2\nt.");
  ExpectError(fixed_, kUnimplemented, "/fixed/axis1: a name that is no text");
}

TEST_F(ForeignFrameTest, SequencesThatAreNoObjects) {
  SetText(fixed_, "block2_values", "PSEUDOATOM", "vlstring");
  ExpectError(fixed_, kUnimplemented, "/fixed/block2_values");
}

TEST_F(ForeignFrameTest, ObjectsThatAreNoPickle) {
  const Handle dataset(H5Dopen2(fixed_.get(), "block2_values", H5P_DEFAULT));
  const Handle type(H5Tvlen_create(H5T_NATIVE_UINT8));
  std::string junk = "junk";
  const hvl_t sequence = {junk.size(), junk.data()};
  H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &sequence);
  ExpectError(fixed_, kDataLoss, "/fixed/block2_values");
  const hvl_t nothing = {0, nullptr};
  H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &nothing);
  ExpectError(fixed_, kDataLoss, "/fixed/block2_values");
}

TEST_F(ForeignFrameTest, TablesWithIndexesOfPeriods) {
  SetPickle(table_, ".", "info", "(dVindex\n(dVfreq\nVD\nss.");
  SetText(table_, "table", "index_kind", "integer");
  ExpectError(table_, kUnimplemented, "periods");
}

TEST_F(ForeignFrameTest, TablesWithoutDescription) {
  H5Adelete(table_.get(), "info");
  ExpectError(table_, kDataLoss, "/table: the attribute info");
  SetPickle(table_, ".", "info", "(dI1\n(dVtype\nVMultiIndex\nss.");
  ExpectError(table_, kUnimplemented, "several levels");
  SetPickle(table_, ".", "info", "(dVindex\n(dVtz\nVUTC\nss.");
  ExpectError(table_, kUnimplemented, "time zones");
}

TEST_F(ForeignFrameTest, TablesOfOtherKinds) {
  SetText(table_, ".", "table_type", "appendable_multiframe");
  ExpectError(table_, kUnimplemented, "'appendable_multiframe'");
}

TEST_F(ForeignFrameTest, TablesWithoutTheirColumns) {
  SetPickle(table_, ".", "values_cols", "(lVvalues_block_7\na.");
  ExpectError(table_, kDataLoss, "/table/table: the attribute values_block_7");
  SetPickle(table_, "table", "values_block_7_kind", "(lVa\na.");
  ExpectError(table_, kDataLoss, "column values_block_7: it is not there");
  H5Ldelete(table_.get(), "table", H5P_DEFAULT);
  ExpectError(table_, kDataLoss, "/table: there is no table");
}

TEST_F(ForeignFrameTest, TablesWithOtherLabels) {
  SetPickle(table_, "table", "values_block_0_kind", "(lVa\naVb\na.");
  ExpectError(table_, kDataLoss, "it has 1 columns, but 2 labels");
  SetPickle(table_, "table", "values_block_0_kind", "(lVz\na.");
  ExpectError(table_, kDataLoss, "not among those of the frame");
  SetPickle(table_, "table", "values_block_0_kind", "(lVz\naI1\na.");
  ExpectError(table_, kUnimplemented, "labels of several types");
}

TEST_F(ForeignFrameTest, TablesWithCategories) {
  SetText(table_, "table", "values_block_0_meta", "category");
  ExpectError(table_, kUnimplemented, "categories");
}

TEST_F(ForeignFrameTest, TablesWithMissingText) {
  SetText(table_, ".", "nan_rep", "q");
  ExpectError(table_, kUnimplemented, "missing text");
}

TEST_F(ForeignFrameTest, TablesWithOtherTypes) {
  SetText(table_, "table", "values_block_0_dtype", "timedelta64");
  ExpectError(table_, kUnimplemented, "'timedelta64'");
}

}  // namespace
}  // namespace cppet::hdf5
