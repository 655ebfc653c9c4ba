#include "cppet/tools/lib/export.h"

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/tools/lib/exit_code.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() : trajectory_("t") {
    const auto x = trajectory_.AddParameter("x", 0.0);
    EXPECT_THAT(trajectory_.Explore(x.In({0.1, NAN})), IsOk());
    Add("run_00000000.z", 0.1 + 0.2);
    Add("run_00000000.text", "1, 2");
    Add("run_00000001.n", std::numeric_limits<int64_t>::min());
    Add("run_00000001.text", "");
  }

  void Add(const std::string& name, Value value) {
    EXPECT_THAT(trajectory_.AddResult("runs." + name, std::move(value)),
                IsOk());
  }

  Trajectory trajectory_;
};

TEST_F(ExportTest, WritesFields) {
  EXPECT_THAT(RunsAs(ExportFormat::kCsv, trajectory_, {}),
              IsOkAndHolds("idx,status,runtime,x,z,text,n\n"
                           "0,not run,,0.1,0.30000000000000004,\"1, 2\",\n"
                           "1,not run,,nan,,\"\",-9223372036854775808\n"));
  EXPECT_THAT(RunsAs(ExportFormat::kTsv, trajectory_, {"n", "text"}),
              IsOkAndHolds("idx\tstatus\truntime\tx\tn\ttext\n"
                           "0\tnot run\t\t0.1\t\t1, 2\n"
                           "1\tnot run\t\tnan\t-9223372036854775808\t\"\"\n"));
}

TEST_F(ExportTest, WritesJson) {
  EXPECT_THAT(
      RunsAs(ExportFormat::kJson, trajectory_, {"n"}),
      IsOkAndHolds(
          "[\n"
          R"({"idx":0,"status":"not run","runtime":null,"x":0.1,"n":null},)"
          "\n"
          R"({"idx":1,"status":"not run","runtime":null,"x":"nan",)"
          R"("n":-9223372036854775808})"
          "\n]\n"));
}

TEST_F(ExportTest, SaysWhatIsNotThere) {
  EXPECT_THAT(RunsAs(ExportFormat::kCsv, trajectory_, {"txt"}),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("txt; do you mean text?")));
  EXPECT_THAT(ParseExportFormat("xml"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("xml")));
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(Export({.file = "none.hdf5"}, out, err), kExitError);
  EXPECT_EQ(err.str(), "export: none.hdf5: there is no such file\n");
}

}  // namespace
}  // namespace cppet
