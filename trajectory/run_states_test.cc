#include "cppet/trajectory/run_states.h"

#include <vector>

#include "gtest/gtest.h"

namespace cppet {
namespace {

RunRecord Record(int64_t index, bool completed) {
  RunRecord record;
  record.index = index;
  record.completed = completed;
  record.start_timestamp = 1000;
  record.finish_timestamp = 1002.5;
  record.environment_hexsha = index % 2 == 0 ? "even" : "odd";
  return record;
}

TEST(RunStatesTest, KeepsWhatBecameOfRuns) {
  RunStates states;
  for (int64_t i = 0; i < 5; ++i) states.Note(Record(i, i != 3), 5);
  EXPECT_EQ(states.completed(), 4);
  EXPECT_TRUE(states.completed(4));
  EXPECT_FALSE(states.completed(3));
  EXPECT_TRUE(states.Get(3).started());
  EXPECT_EQ(states.Get(4).runtime, "0:00:02.500000");
  EXPECT_EQ(states.Get(4).short_environment_hexsha, "even");
  EXPECT_EQ(states.Get(1).short_environment_hexsha, "odd");
  EXPECT_FALSE(states.Get(5).started());
  EXPECT_FALSE(states.completed(5));
}

TEST(RunStatesTest, ARunThatIsTriedAgainCountsOnce) {
  RunStates states;
  states.Note(Record(0, false), 1);
  EXPECT_EQ(states.completed(), 0);
  states.Note(Record(0, true), 1);
  states.Note(Record(0, true), 1);
  EXPECT_EQ(states.completed(), 1);
}

TEST(RunStatesTest, KeepsRowsOfAFileAsTheyAre) {
  RunInfo row;
  row.name = "run_00000000";
  row.timestamp = 7;
  row.time = "a time of its own";
  row.completed = true;
  RunStates states;
  states.Restore({row, RunInfo()});
  EXPECT_EQ(states.completed(), 1);
  EXPECT_TRUE(states.completed(0));
  EXPECT_EQ(states.Get(0).time, "a time of its own");
  EXPECT_FALSE(states.Get(1).started());
  // A run of this process takes the place of its row.
  states.Note(Record(0, false), 2);
  EXPECT_EQ(states.completed(), 0);
  EXPECT_EQ(states.Get(0).timestamp, 1000);
  states.Restore({});
  EXPECT_EQ(states.completed(), 0);
  EXPECT_FALSE(states.Get(0).started());
}

TEST(RunStatesTest, TakesARowWhoseTextsFollowWithoutThem) {
  RunStates noted;
  noted.Note(Record(0, true), 1);
  const RunInfo info = noted.Get(0);
  RunInfoView row = {0, "run_00000000", info.timestamp, info.finish_timestamp};
  row.runtime = info.runtime;
  row.time = info.time;
  row.completed = true;
  row.parameter_summary = "";
  row.short_environment_hexsha = "even";
  RunStates states;
  EXPECT_TRUE(states.AppendUsual(row));
  EXPECT_EQ(states.completed(), 1);
  EXPECT_EQ(states.Get(0).runtime, "0:00:02.500000");
  EXPECT_EQ(states.Get(0).time, info.time);
  EXPECT_EQ(states.Get(0).short_environment_hexsha, "even");
  // Its name is that of another place.
  EXPECT_FALSE(states.AppendUsual(row));
  row.name = "run_00000001";
  for (const auto text : {&RunInfoView::time, &RunInfoView::runtime,
                          &RunInfoView::parameter_summary}) {
    RunInfoView other = row;
    other.*text = "another";
    EXPECT_FALSE(states.AppendUsual(other));
  }
  RunInfoView damaged = row;
  damaged.short_environment_hexsha = "\xff";  // no UTF-8
  EXPECT_FALSE(states.AppendUsual(damaged));
  EXPECT_TRUE(states.AppendUsual(row));
  RunInfoView not_run;
  not_run.name = "run_00000002";
  EXPECT_TRUE(states.AppendUsual(not_run));
  not_run.name = "run_00000003";
  not_run.completed = true;
  EXPECT_FALSE(states.AppendUsual(not_run));
  EXPECT_EQ(states.completed(), 2);
  EXPECT_FALSE(states.Get(2).started());
}

}  // namespace
}  // namespace cppet
