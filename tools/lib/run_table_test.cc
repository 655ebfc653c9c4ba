#include "cppet/tools/lib/run_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

class RunTableTest : public testing::Test {
 protected:
  RunTableTest() : trajectory_("t") {
    const auto x = trajectory_.AddParameter("g.x", 0.5);
    trajectory_.AddParameter("fixed", 1.0);
    EXPECT_THAT(trajectory_.Explore(CartesianProduct(x.In({1.5, 2.5, 3.5}))),
                IsOk());
    Note(0, /*completed=*/true);
    Note(1, /*completed=*/false);
  }

  void Note(int64_t index, bool completed) {
    RunRecord record;
    record.index = index;
    record.completed = completed;
    record.start_timestamp = 100;
    record.finish_timestamp = 101.5;
    trajectory_.NoteRun(record);
  }

  void AddResult(const std::string& name, const Value& value) {
    EXPECT_THAT(trajectory_.AddResult("results.runs." + name, value), IsOk());
  }

  Trajectory trajectory_;
};

TEST_F(RunTableTest, HasOneRowForEachRun) {
  AddResult("run_00000000.z", 4.5);
  AddResult("run_00000001.process.exit_code", 3);
  const RunTable table(trajectory_);
  EXPECT_THAT(table.columns(), ElementsAre("idx", "status", "runtime", "g.x",
                                           "z", "process.exit_code"));
  ASSERT_EQ(table.rows(), 3);
  EXPECT_EQ(table.RowText(0), "0\tcompleted\t1.5\t1.5\t4.5\t");
  EXPECT_EQ(table.RowText(1), "1\tfailed\t1.5\t2.5\t\t3");
  EXPECT_EQ(table.RowText(2), "2\tnot run\t\t3.5\t\t");
  EXPECT_EQ(table.Cell(0, 4), Value(4.5));
  EXPECT_EQ(table.Cell(1, 4), std::nullopt);
}

TEST_F(RunTableTest, LeavesOutArraysAndOutput) {
  AddResult("run_00000000.a", std::vector<double>{1, 2});
  AddResult("run_00000000.process.stdout", "text");
  AddResult("run_00000000.process.stderr", "text");
  EXPECT_EQ(RunTable(trajectory_).columns().size(), 4);
}

TEST_F(RunTableTest, NamesItemsAndTellsEqualNamesApart) {
  EXPECT_THAT(trajectory_.AddResult("results.runs.run_00000000.r",
                                    Items{{"r", 1.0}, {"s", 2.0}}),
              IsOk());
  AddResult("run_00000000.g.x", 3.0);
  EXPECT_THAT(RunTable(trajectory_).columns(),
              ElementsAre("idx", "status", "runtime", "g.x", "r", "r.s",
                          "results.g.x"));
}

TEST_F(RunTableTest, HasTheOutputOfCommandsIfAskedFor) {
  AddResult("run_00000000.process.stdout", "text");
  const RunTable without(trajectory_);
  EXPECT_EQ(without.first_result(), without.columns().size());
  const RunTable with(trajectory_, {.with_output = true});
  ASSERT_EQ(with.first_result(), with.columns().size() - 1);
  EXPECT_EQ(with.columns().back(), "process.stdout");
}

TEST_F(RunTableTest, PutsTextOnOneShortLine) {
  AddResult("run_00000000.s", "a\tb\n" + std::string(100, 'c'));
  const std::string row = RunTable(trajectory_).RowText(0);
  EXPECT_THAT(row, EndsWith("\ta\\tb\\n" + std::string(51, 'c') + "..."));
}

TEST_F(RunTableTest, FindsTheResultOfARun) {
  AddResult("run_00000001.g.z", 4.5);
  ASSERT_NE(FindRunResult(trajectory_, 1, "g.z"), nullptr);
  EXPECT_EQ(FindRunResult(trajectory_, 1, "g.z")->items()[0].second,
            Value(4.5));
  EXPECT_EQ(FindRunResult(trajectory_, 1, "g"), nullptr);
  EXPECT_EQ(FindRunResult(trajectory_, 1, "g.z.y"), nullptr);
  EXPECT_EQ(FindRunResult(trajectory_, 0, "g.z"), nullptr);
}

TEST_F(RunTableTest, NamesTheResultsOfAllRuns) {
  AddResult("run_00000000.g.z", 4.5);
  AddResult("run_00000000.y", 4.5);
  AddResult("run_00000001.y", 4.5);
  EXPECT_THAT(RunResultNames(trajectory_), ElementsAre("g.z", "y"));
}

TEST(RunTableOfNothingTest, HasTheOneRun) {
  const Trajectory trajectory("t");
  const RunTable table(trajectory);
  EXPECT_EQ(table.rows(), 1);
  EXPECT_EQ(table.RowText(0), "0\tnot run\t");
}

}  // namespace
}  // namespace cppet
