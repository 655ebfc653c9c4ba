#include "cppet/tools/lib/tree_text.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TreeTextTest : public testing::Test {
 protected:
  TreeTextTest() : trajectory_("t", "What for?") {
    trajectory_.AddConfig("hdf5.complevel", int64_t{9});
    const auto x = trajectory_.AddParameter("g.x", 0.5, "An x");
    trajectory_.AddParameter("g.name", "ä");
    EXPECT_THAT(trajectory_.Explore(CartesianProduct(x.In(Linspace(0, 1, 11)))),
                IsOk());
    for (int i = 0; i < 11; ++i) {
      EXPECT_THAT(
          trajectory_.AddResult(absl::StrCat("results.runs.", RunName(i), ".z"),
                                i + 0.5, i == 0 ? "A result" : ""),
          IsOk());
    }
  }

  Trajectory trajectory_;
};

TEST_F(TreeTextTest, AlignsValuesAndCommentsAndFoldsRuns) {
  EXPECT_EQ(TreeText(trajectory_.root()),
            R"(config    (1 values)
parameters
  g
    x     0.5 (explored: 0.0, 0.1, ..., 1.0; 11 values)  An x
    name  'ä'
results
  runs
    run_00000000
      z   0.5                                            A result
    run_00000001
      z   1.5
    run_00000002
      z   2.5
    ... 8 more
)");
}

TEST_F(TreeTextTest, ShowsAllOfConfigIfAsked) {
  const auto& config =
      static_cast<const Group&>(*trajectory_.root().Child("config"));
  EXPECT_EQ(TreeText(config), "hdf5\n  complevel  9\n");
}

TEST_F(TreeTextTest, CutsLongComments) {
  trajectory_.AddParameter("long", 1, std::string(500, 'c'));
  const std::string text = TreeText(trajectory_.root());
  EXPECT_THAT(text, HasSubstr(std::string(77, 'c') + "...\n"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(78, 'c'))));
}

TEST_F(TreeTextTest, SaysWhyARunFailed) {
  trajectory_.tree()
      .FindExact("results.runs.run_00000001")
      ->Annotate(kFailureAnnotation, "exited with code 3\nno such file");
  EXPECT_THAT(TreeText(trajectory_.root()),
              HasSubstr("run_00000001  failed: exited with code 3\\nno such"));
}

TEST_F(TreeTextTest, CountsRunsInTheHeader) {
  RunRecord record;
  record.start_timestamp = 100;
  record.completed = true;
  trajectory_.NoteRun(record);
  record.index = 1;
  record.completed = false;
  trajectory_.NoteRun(record);
  EXPECT_EQ(TrajectoryHeader(trajectory_),
            absl::StrCat("t\nWhat for?\nmade at ", trajectory_.time(),
                         ", 11 runs: 1 completed, 1 failed, 9 not run\n"));
}

TEST_F(TreeTextTest, WritesWholeLeaves) {
  Node* x = trajectory_.tree().FindExact("parameters.g.x");
  x->Annotate("unit", "nA");
  const std::string text = LeafText(static_cast<const Leaf&>(*x));
  EXPECT_THAT(text, HasSubstr("parameters.g.x (Parameter)\ncomment: An x\n"
                              "annotation unit: 'nA'\nvalue: 0.5\n"
                              "run_00000000: 0.0\nrun_00000001: 0.1\n"));
  const Result result("r", {{"a", std::vector<double>(1000)}, {"b", 1.5}});
  const std::string whole = LeafText(result);
  EXPECT_GT(whole.size(), 5000);
  EXPECT_THAT(whole, HasSubstr("\nb: 1.5\n"));
}

}  // namespace
}  // namespace cppet
