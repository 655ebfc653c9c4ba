#include "cppet/storage/hdf5/pandas/data_frame.h"

#include <complex>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/filters.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"
#include "nlohmann/json.hpp"

namespace cppet::hdf5 {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;

using Texts = std::vector<std::string>;

Value Numbers(DType dtype, const std::vector<int64_t>& bits) {
  std::vector<char> bytes;
  for (const int64_t number : bits) {
    const char* const begin = reinterpret_cast<const char*>(&number);
    bytes.insert(bytes.end(), begin, begin + ItemSize(dtype));
  }
  return Value::Collection(Form::kArray, dtype, Flavor::kNumpy,
                           {static_cast<int64_t>(bits.size())},
                           std::move(bytes));
}

Value Dates(const std::vector<int64_t>& nanoseconds) {
  return Numbers(DType::kDatetime64, nanoseconds);
}

// A frame with two rows and a column of each type, and two of some.
DataFrame Mixed() {
  DataFrame frame;
  frame.data = {
      Value(std::vector<double>{1.5, -2.5}),
      Value(Texts{"", "zwölf\n"}),
      Value(std::vector<bool>{true, false}),
      Value(std::vector<int8_t>{-1, 2}),
      Value(std::vector<int16_t>{-1, 2}),
      Value(std::vector<int32_t>{-1, 2}),
      Value(std::vector<int64_t>{-1, 2}),
      Value(std::vector<uint8_t>{1, 255}),
      Value(std::vector<uint16_t>{1, 2}),
      Value(std::vector<uint32_t>{1, 2}),
      Value(std::vector<uint64_t>{1, ~uint64_t{0}}),
      Value(std::vector<float>{1.5, 2}),
      Numbers(DType::kFloat16, {0x3E00, 0x4000}),
      Value(std::vector<std::complex<float>>{{1, 2}, {3, 4}}),
      Value(std::vector<std::complex<double>>{{1, 2}, {3, 4}}),
      Dates({1577836800000000001, INT64_MIN}),
      Value(std::vector<double>{3, 4}),
      Value(Texts{"nan", "nan_"}),
  };
  Texts labels;
  for (size_t i = frame.data.size(); i-- > 0;) {
    labels.push_back(absl::StrCat("cölumn ", i));
  }
  frame.columns = {Value(labels), "kind"};
  frame.index = {Value(std::vector<int64_t>{5, -7}), "räw"};
  return frame;
}

// One frame for each type of labels of the rows and, `of_columns`, the columns.
std::vector<DataFrame> FramesOfAllIndexes(bool of_columns) {
  std::vector<DataFrame> frames;
  for (const Value& labels :
       {Value(Texts{"x", "größer"}), Value(std::vector<int64_t>{-1, 7}),
        Value(std::vector<uint64_t>{1, ~uint64_t{0}}),
        Value(std::vector<double>{1.5, 1e300}), Dates({5, -5})}) {
    DataFrame frame;
    frame.index = NumberedIndex(2);
    frame.columns = NumberedIndex(2);
    (of_columns ? frame.columns : frame.index).labels = labels;
    frame.data = {Value(std::vector<double>{1, 2}), Value(Texts{"a", "b"})};
    frames.push_back(frame);
  }
  return frames;
}

std::vector<DataFrame> EmptyFrames() {
  std::vector<DataFrame> frames = {DataFrame()};
  for (const Value& labels : {Value(Texts{}), Value(std::vector<int64_t>{}),
                              Value(std::vector<uint64_t>{}),
                              Value(std::vector<double>{}), Dates({})}) {
    DataFrame no_rows = Mixed();
    no_rows.index.labels = labels;
    for (Value& column : no_rows.data) {
      column = column.is_text()
                   ? Value(Texts{})
                   : Value::Collection(Form::kArray, column.dtype(),
                                       Flavor::kNumpy, {0}, {});
    }
    frames.push_back(no_rows);
    DataFrame no_columns;
    no_columns.index = {Value(Texts{"a", "b"}), "name"};
    no_columns.columns.labels = labels;
    frames.push_back(no_columns);
  }
  return frames;
}

Handle OpenGroup(hid_t parent, const std::string& name) {
  return Handle(H5Gopen2(parent, name.c_str(), H5P_DEFAULT));
}

class DataFrameTest : public ::testing::TestWithParam<PandasFormat> {
 protected:
  // What is read after `value` was written.
  absl::StatusOr<DataFrame> Again(const DataFrame& frame,
                                  const Filters& filters = {}) {
    const std::string name = absl::StrCat("frame", ++count_);
    const absl::Status written =
        WriteFrame(file_.root(), name, frame, GetParam(), filters);
    if (!written.ok()) return written;
    return ReadFrame(OpenGroup(file_.root(), name).get());
  }
  absl::StatusOr<Series> Again(const Series& series) {
    const std::string name = absl::StrCat("series", ++count_);
    const absl::Status written =
        WriteSeries(file_.root(), name, series, GetParam(), {});
    if (!written.ok()) return written;
    return ReadSeries(OpenGroup(file_.root(), name).get());
  }

  ScratchFile file_;
  int count_ = 0;
};

TEST_P(DataFrameTest, KeepsAllTypesOfColumns) {
  EXPECT_THAT(Again(Mixed()), IsOkAndHolds(Mixed()));
  EXPECT_THAT(Again(Mixed(), {.complevel = 0, .shuffle = false}),
              IsOkAndHolds(Mixed()));
  EXPECT_THAT(Again(Mixed(), {.complevel = 1, .fletcher32 = true}),
              IsOkAndHolds(Mixed()));
}

TEST_P(DataFrameTest, KeepsAllTypesOfLabels) {
  for (const bool of_columns : {false, true}) {
    for (const DataFrame& frame : FramesOfAllIndexes(of_columns)) {
      EXPECT_THAT(Again(frame), IsOkAndHolds(frame));
    }
  }
}

TEST_P(DataFrameTest, KeepsEmptyFrames) {
  for (const DataFrame& frame : EmptyFrames()) {
    EXPECT_THAT(Again(frame), IsOkAndHolds(frame));
  }
}

TEST_P(DataFrameTest, KeepsLargeFrames) {
  DataFrame frame;
  frame.index = NumberedIndex(3000);
  frame.columns = NumberedIndex(50);
  for (int i = 0; i < 50; ++i) {
    std::vector<double> column(3000);
    for (size_t row = 0; row < column.size(); ++row) column[row] = row + i;
    frame.data.push_back(Value(column));
  }
  EXPECT_THAT(Again(frame), IsOkAndHolds(frame));
}

// Too much for the attributes of a table.
TEST_P(DataFrameTest, KeepsManyColumns) {
  DataFrame frame;
  frame.index = NumberedIndex(1);
  frame.columns = NumberedIndex(20000);
  frame.data.assign(20000, Value(std::vector<double>{1}));
  EXPECT_THAT(Again(frame), IsOkAndHolds(frame));
}

TEST_P(DataFrameTest, KeepsTextWithNuls) {
  DataFrame frame;
  frame.index = NumberedIndex(1);
  frame.columns = NumberedIndex(1);
  frame.data = {Value(Texts{std::string("a\0b\0", 4)})};
  EXPECT_THAT(Again(frame), IsOkAndHolds(frame));
}

TEST_P(DataFrameTest, KeepsSeriesOfAllTypes) {
  const DataFrame frame = Mixed();
  for (const Value& data : frame.data) {
    const Series series{frame.index, data, "näme"};
    EXPECT_THAT(Again(series), IsOkAndHolds(series));
  }
}

TEST_P(DataFrameTest, KeepsTheNamesOfSeries) {
  for (const std::optional<std::string>& name :
       std::vector<std::optional<std::string>>{std::nullopt, "a b", "values",
                                               "index", "", "a/b", "_x", ".",
                                               "N.", std::string(70, 'x')}) {
    const Series series{NumberedIndex(2), Value(std::vector<int64_t>{1, 2}),
                        name};
    EXPECT_THAT(Again(series), IsOkAndHolds(series));
  }
}

TEST_P(DataFrameTest, KeepsEmptySeries) {
  EXPECT_THAT(Again(Series()), IsOkAndHolds(Series()));
  const Series dates{{Value(std::vector<int64_t>{})}, Dates({}), "x"};
  EXPECT_THAT(Again(dates), IsOkAndHolds(dates));
}

TEST_P(DataFrameTest, RefusesWhatDoesNotFitTogether) {
  DataFrame frame = Mixed();
  frame.data.pop_back();
  EXPECT_THAT(Again(frame), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("frame1: there are 18 names")));
  frame = Mixed();
  frame.columns.labels = Value(Texts(18, "same"));
  EXPECT_THAT(Again(frame), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("frame2: columns 0 and 1")));
  EXPECT_THAT(Again(Series{NumberedIndex(2)}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(DataFrameTest, ReadsNothingElse) {
  ASSERT_THAT(WriteFrame(file_.root(), "f", Mixed(), GetParam(), {}), IsOk());
  const Handle frame = OpenGroup(file_.root(), "f");
  EXPECT_THAT(ReadSeries(frame.get()),
              StatusIs(absl::StatusCode::kUnimplemented,
                       HasSubstr("/f: pandas' type 'frame")));
  EXPECT_THAT(ReadFrame(file_.root()),
              StatusIs(absl::StatusCode::kUnimplemented));
}

INSTANTIATE_TEST_SUITE_P(Formats, DataFrameTest,
                         ::testing::Values(PandasFormat::kFixed,
                                           PandasFormat::kTable));

TEST(PandasFormatTest, HasTheNamesOfPandas) {
  EXPECT_EQ(PandasFormatNamed("fixed"), PandasFormat::kFixed);
  EXPECT_EQ(PandasFormatNamed("f"), PandasFormat::kFixed);
  EXPECT_EQ(PandasFormatNamed("table"), PandasFormat::kTable);
  EXPECT_EQ(PandasFormatNamed("t"), PandasFormat::kTable);
  EXPECT_EQ(PandasFormatNamed("x"), std::nullopt);
}

// Files of pandas.

json Labels(const Value& labels) {
  json elements = json::array();
  for (int64_t i = 0; i < labels.size(); ++i) {
    if (labels.dtype() == DType::kString) {
      elements.push_back(labels.texts()[i]);
    } else if (labels.dtype() == DType::kDatetime64) {
      int64_t date;
      std::memcpy(&date, labels.bytes().data() + 8 * i, 8);
      elements.push_back(absl::FormatTime(
          "%Y-%m-%d %H:%M:%S", absl::FromUnixNanos(date), absl::UTCTimeZone()));
    } else {
      elements.push_back((*labels.As<std::vector<double>>())[i]);
    }
  }
  return elements;
}

std::string TypeName(const Value& data) {
  return data.dtype() == DType::kString ? "object"
                                        : std::string(DTypeName(data.dtype()));
}

void ExpectIndex(const Index& index, const json& expected) {
  EXPECT_EQ(TypeName(index.labels), expected["dtype"]);
  EXPECT_EQ(Labels(index.labels), expected["values"]);
  EXPECT_EQ(index.name.has_value() ? json(*index.name) : json(),
            expected["name"]);
}

void ExpectFrame(const DataFrame& frame, const json& expected) {
  ExpectIndex(frame.index, expected["index"]);
  ExpectIndex(frame.columns, expected["columns"]);
  ASSERT_EQ(frame.data.size(), expected["dtypes"].size());
  for (size_t i = 0; i < frame.data.size(); ++i) {
    EXPECT_EQ(TypeName(frame.data[i]), expected["dtypes"][i]);
    EXPECT_EQ(Labels(frame.data[i]),
              expected["data"][frame.columns.labels.texts()[i]]);
  }
}

void ExpectSeries(const Series& series, const json& expected) {
  ExpectIndex(series.index, expected["index"]);
  EXPECT_EQ(TypeName(series.data), expected["dtype"]);
  EXPECT_EQ(Labels(series.data), expected["data"]);
  EXPECT_EQ(series.name.has_value() ? json(*series.name) : json(),
            expected["name"]);
}

class PandasFilesTest : public ::testing::TestWithParam<std::string> {};

TEST_P(PandasFilesTest, AreReadAsPandasDoes) {
  const SilentErrors silent;
  const Handle file(
      H5Fopen(absl::StrCat("testdata/pypet/", GetParam(), ".hdf5").c_str(),
              H5F_ACC_RDONLY, H5P_DEFAULT));
  std::ifstream in(
      absl::StrCat("testdata/pypet/expected/", GetParam(), "__c_pandas.json"));
  const json expected = json::parse(in);
  int count = 0;
  for (const auto& [result, leaf] : expected["results"].items()) {
    for (const auto& [item, value] : leaf["items"].items()) {
      SCOPED_TRACE(absl::StrCat(result, " ", item));
      ++count;
      const std::string name = result.substr(result.find('.') + 1);
      const Handle group = OpenGroup(
          file.get(), absl::StrCat("/c_pandas/results/", name, "/", item));
      if (value["type"] == "Series") {
        const absl::StatusOr<Series> series = ReadSeries(group.get());
        ASSERT_THAT(series, IsOk());
        ExpectSeries(*series, value);
      } else {
        const absl::StatusOr<DataFrame> frame = ReadFrame(group.get());
        ASSERT_THAT(frame, IsOk());
        ExpectFrame(*frame, value);
      }
    }
  }
  EXPECT_GE(count, 5);
}

INSTANTIATE_TEST_SUITE_P(Goldens, PandasFilesTest,
                         ::testing::Values("c_pandas_fixed", "c_pandas_table"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace cppet::hdf5
