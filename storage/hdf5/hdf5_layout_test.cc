// What is in a file, seen with HDF5 alone.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

// The example of the documentation: four runs, and as many config entries as
// an environment makes.
class Hdf5LayoutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto service = OpenHdf5Storage(path_, {.file_title = "A file",
                                                 .pypet_version = "0.7.0",
                                                 .python_version = "3.11.2"})
                             .value();
    Trajectory trajectory("multiply", "I multiply");
    const auto x = trajectory.AddParameter("x", 1.0, "First factor");
    const auto y = trajectory.AddParameter("y", 1.0, "Second factor");
    trajectory.AddParameter("name", "\u00e4b");
    trajectory.AddParameter("large", int64_t{1} << 40);
    trajectory.AddParameter("matrix",
                            NdArray<float>{{2, 3}, {1, 2, 3, 4, 5, 6}});
    ASSERT_THAT(
        trajectory.AddResult("array", std::vector<double>{1, 2, 3}, "Array"),
        IsOk());
    for (int i = 0; i < 39; ++i) {
      trajectory.AddConfig(absl::StrCat("environment.e.entry_", i), "value",
                           "What this entry is about");
    }
    ASSERT_THAT(
        trajectory.Explore(Zip(x.In({1., 2., 3., 4.}), y.In({6., 7., 8., 9.}))),
        IsOk());
    ASSERT_THAT(service->Store(trajectory), IsOk());
    std::vector<RunRecord> records(4);
    for (int i = 0; i < 4; ++i) {
      cppet::Run run(trajectory, i);
      ASSERT_THAT(run.AddResult("z", run[x] * run[y], "The product"), IsOk());
      records[i].index = i;
      records[i].completed = true;
      records[i].start_timestamp = 1.7e9 + i;
      records[i].finish_timestamp = 1.7e9 + i + 0.5;
      records[i].leaves = run.TakeLeaves();
    }
    ASSERT_THAT(service->StoreRuns(trajectory, records), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
    file_ = File::Open(path_, {}).value();
  }

  Handle Object(const std::string& path) {
    Handle object(H5Oopen(file_->root(), path.c_str(), H5P_DEFAULT));
    EXPECT_TRUE(object.ok()) << path;
    return object;
  }

  std::optional<std::string> Text(const std::string& path, const char* name) {
    return ReadText(Object(path).get(), name);
  }

  // "idx i4, name S128": the columns of a table.
  std::string Columns(const std::string& name) {
    const auto table =
        Table::Open(Object(absl::StrCat("multiply/overview/", name)));
    EXPECT_THAT(table, IsOk()) << name;
    std::string columns;
    for (const RowLayout::Column& column : table->layout()->columns()) {
      const DType dtype = column.element.dtype;
      absl::StrAppend(&columns, columns.empty() ? "" : ", ", column.name, " ",
                      dtype == DType::kBytes
                          ? absl::StrCat("S", column.element.size)
                          : DTypeName(dtype));
    }
    return columns;
  }

  const SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file.hdf5");
  std::optional<File> file_;
};

TEST_F(Hdf5LayoutTest, IsSmall) {
  EXPECT_LE(std::filesystem::file_size(path_), 105000);
}

TEST_F(Hdf5LayoutTest, IsInTheFormatOfHdf5_1_8) {
  const Handle id(H5Iget_file_id(file_->root()));
  H5F_info2_t info;
  ASSERT_GE(H5Fget_info2(id.get(), &info), 0);
  EXPECT_EQ(info.super.version, 2);
  EXPECT_EQ(Text("/", "TITLE"), "A file");
}

TEST_F(Hdf5LayoutTest, GroupsAreThoseOfPyTables) {
  for (const std::string group :
       {"multiply", "multiply/overview", "multiply/results",
        "multiply/results/runs/run_00000003", "multiply/parameters/x"}) {
    EXPECT_EQ(Text(group, "CLASS"), "GROUP") << group;
    EXPECT_EQ(Text(group, "VERSION"), "1.0") << group;
    EXPECT_TRUE(Text(group, "TITLE").has_value()) << group;
    EXPECT_THAT(ReadInteger(Object(group).get(), "FILTERS"), Optional(0x010109))
        << group;
  }
  EXPECT_EQ(Text("multiply", "TITLE"), "multiply");
  EXPECT_EQ(Text("multiply", "SRVC_INIT_COMMENT"), "I multiply");
}

TEST_F(Hdf5LayoutTest, TablesHaveTheColumnsOfPypet) {
  EXPECT_EQ(Columns("info"),
            "name S512, time S20, length int32, timestamp float64, "
            "comment S512, python S128, version S128");
  EXPECT_EQ(Columns("runs"),
            "idx int32, name S128, time S20, timestamp float64, "
            "finish_timestamp float64, runtime S18, parameter_summary S512, "
            "short_environment_hexsha S7, completed int32");
  EXPECT_EQ(Columns("hdf5_settings"),
            "complib S7, complevel int32, shuffle bool, fletcher32 bool, "
            "pandas_format S7, encoding S11, config_overview bool, "
            "parameters_overview bool, derived_parameters_overview bool, "
            "results_overview bool, explored_parameters_overview bool, "
            "derived_parameters_summary bool, results_summary bool, "
            "purge_duplicate_comments bool, results_per_run int32, "
            "derived_parameters_per_run int32");
  EXPECT_EQ(Columns("explorations"), "explorations S12");
  for (const char* table : {"config_overview", "parameters_overview"}) {
    EXPECT_EQ(Columns(table),
              "location S512, name S128, value S64, comment S512");
  }
  EXPECT_EQ(Columns("explored_parameters_overview"),
            "location S512, name S128, value S64, comment S512, "
            "length int32, range S1024");
  for (const char* table : {"results_summary", "derived_parameters_summary"}) {
    EXPECT_EQ(Columns(table),
              "location S512, name S128, value S64, hexdigest S64, "
              "comment S512");
  }
}

TEST_F(Hdf5LayoutTest, RunsAreInTheRunTable) {
  const auto table = Table::Open(Object("multiply/overview/runs"));
  ASSERT_THAT(table, IsOk());
  const auto rows = table->Read(0, table->num_rows());
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ(rows->size(), 4);
  EXPECT_EQ(rows->Integer(2, 0), 2);
  EXPECT_EQ(rows->Text(2, 1), "run_00000002");
  EXPECT_EQ(rows->Float(2, 3), 1.7e9 + 2);
  EXPECT_EQ(rows->Float(2, 4), 1.7e9 + 2.5);
  EXPECT_EQ(rows->Text(2, 5), "0:00:00.500000");
  EXPECT_EQ(rows->Text(2, 6), "x: 3.0,   y: 8.0");
  EXPECT_EQ(rows->Text(2, 7), "N/A");
  EXPECT_EQ(rows->Integer(2, 8), 1);
}

TEST_F(Hdf5LayoutTest, ParametersAreTables) {
  const std::string x = "multiply/parameters/x";
  EXPECT_EQ(Text(x, "SRVC_INIT_CLASS_NAME"), "Parameter");
  EXPECT_EQ(Text(x, "SRVC_INIT_COMMENT"), "First factor");
  EXPECT_THAT(ReadInteger(Object(x).get(), "SRVC_LEAF"), Optional(1));
  for (const std::string item : {"data", "explored_data"}) {
    const std::string path = absl::StrCat(x, "/", item);
    EXPECT_EQ(Text(path, "CLASS"), "TABLE");
    EXPECT_EQ(Text(path, "TITLE"), item);
    EXPECT_EQ(Text(path, "SRVC_STORE"), "TABLE");
    EXPECT_EQ(Text(path, "SRVC_COLUMN_data_COLL_TYPE"), "COLL_SCALAR");
    EXPECT_EQ(Text(path, "SRVC_COLUMN_data_SCALAR_TYPE"), "float");
  }
  EXPECT_EQ(Table::Open(Object(x + "/explored_data"))->num_rows(), 4);

  const auto column = [this](const std::string& name) {
    const Handle dataset =
        Object(absl::StrCat("multiply/parameters/", name, "/data"));
    const Handle type(H5Dget_type(dataset.get()));
    return Handle(H5Tget_member_type(type.get(), 0));
  };
  EXPECT_GT(H5Tequal(column("x").get(), H5T_IEEE_F64LE), 0);
  EXPECT_GT(H5Tequal(column("large").get(), H5T_STD_I64LE), 0);
  // UTF-8, but of the type of bytes.
  EXPECT_GT(H5Tequal(column("name").get(), StringType(3, H5T_CSET_ASCII).get()),
            0);
  hsize_t dims[2] = {0, 0};
  ASSERT_EQ(H5Tget_array_dims2(column("matrix").get(), dims), 2);
  EXPECT_THAT(dims, ElementsAre(2, 3));
  EXPECT_EQ(
      Text("multiply/parameters/matrix/data", "SRVC_COLUMN_data_COLL_TYPE"),
      "COLL_NDARRAY");
}

TEST_F(Hdf5LayoutTest, ScalarResultsAreArrays) {
  const std::string leaf = "multiply/results/runs/run_00000001/z";
  EXPECT_EQ(Text(leaf, "SRVC_INIT_CLASS_NAME"), "Result");
  const Handle dataset = Object(leaf + "/z");
  const Handle type(H5Dget_type(dataset.get()));
  const Handle space(H5Dget_space(dataset.get()));
  EXPECT_GT(H5Tequal(type.get(), H5T_IEEE_F64LE), 0);
  EXPECT_EQ(H5Sget_simple_extent_type(space.get()), H5S_SCALAR);
  EXPECT_THAT(AttributeNames(dataset.get()),
              IsOkAndHolds(UnorderedElementsAre(
                  "CLASS", "VERSION", "TITLE", "FLAVOR", "SRVC_DATA_COLL_TYPE",
                  "SRVC_DATA_SCALAR_TYPE", "SRVC_STORE")));
  EXPECT_EQ(Text(leaf + "/z", "CLASS"), "ARRAY");
  EXPECT_EQ(Text(leaf + "/z", "VERSION"), "2.4");
  EXPECT_EQ(Text(leaf + "/z", "FLAVOR"), "python");
  EXPECT_EQ(Text(leaf + "/z", "SRVC_DATA_SCALAR_TYPE"), "float");
}

TEST_F(Hdf5LayoutTest, ArrayResultsAreCompressed) {
  const Handle dataset = Object("multiply/results/array/array");
  const Handle properties(H5Dget_create_plist(dataset.get()));
  EXPECT_EQ(H5Pget_layout(properties.get()), H5D_CHUNKED);
  ASSERT_EQ(H5Pget_nfilters(properties.get()), 2);
  unsigned flags, level = 0;
  size_t count = 1;
  EXPECT_EQ(H5Pget_filter2(properties.get(), 0, &flags, nullptr, nullptr, 0,
                           nullptr, nullptr),
            H5Z_FILTER_SHUFFLE);
  EXPECT_EQ(H5Pget_filter2(properties.get(), 1, &flags, &count, &level, 0,
                           nullptr, nullptr),
            H5Z_FILTER_DEFLATE);
  EXPECT_EQ(level, 9);
  EXPECT_EQ(Text("multiply/results/array/array", "CLASS"), "CARRAY");
  EXPECT_EQ(Text("multiply/results/array/array", "SRVC_STORE"), "CARRAY");
}

TEST_F(Hdf5LayoutTest, ACommentIsWithTheFirstResultThatHasIt) {
  EXPECT_EQ(Text("multiply/results/runs/run_00000000/z", "SRVC_INIT_COMMENT"),
            "The product");
  EXPECT_EQ(Text("multiply/results/runs/run_00000001/z", "SRVC_INIT_COMMENT"),
            std::nullopt);
}

TEST_F(Hdf5LayoutTest, SettingsAreConfigParametersToo) {
  for (const std::string name :
       {"complevel", "complib", "encoding", "fletcher32", "pandas_format",
        "purge_duplicate_comments", "results_per_run", "shuffle",
        "derived_parameters_per_run", "overview/results_summary",
        "overview/config_overview"}) {
    EXPECT_EQ(Text(absl::StrCat("multiply/config/hdf5/", name, "/data"),
                   "SRVC_STORE"),
              "TABLE")
        << name;
  }
}

}  // namespace
}  // namespace cppet::hdf5
