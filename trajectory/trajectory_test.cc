#include "cppet/trajectory/trajectory.h"

#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(TrajectoryTest, KeepsParametersByTypedKey) {
  Trajectory traj("t");
  const Key<double> x = traj.AddParameter("x", 1.5, "First");
  const Key<std::string> name = traj.AddParameter("group.name", "text");
  const Key<int> n = traj.AddParameter("n", 3);
  EXPECT_THAT(traj.status(), IsOk());
  EXPECT_EQ(traj[x], 1.5);
  EXPECT_EQ(traj[name], "text");
  EXPECT_EQ(traj[n], 3);
  EXPECT_EQ(name.name(), "parameters.group.name");
  EXPECT_THAT(traj.Get<double>("x"), IsOkAndHolds(1.5));
  EXPECT_THAT(traj["group.name"], IsOkAndHolds(Value("text")));
  EXPECT_EQ(traj.tree().FindExact("parameters.x")->comment(), "First");
}

TEST(TrajectoryTest, KeepsTheFirstErrorAndRefusesToExploreWithIt) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  traj.AddParameter("bad name", 1.0);
  traj.AddParameter("x", 2.0);
  EXPECT_THAT(traj.status(), StatusIs(kInvalid, HasSubstr("bad name")));
  EXPECT_THAT(traj.Explore(CartesianProduct(x.In({1.0}))),
              StatusIs(kInvalid, HasSubstr("bad name")));
}

TEST(TrajectoryTest, RefusesWhatCannotBeStored) {
  const auto status_of = [](const Value& value) {
    Trajectory traj("t");
    return traj.AddValue("parameters.p", value);
  };
  EXPECT_THAT(status_of("\xff"), StatusIs(kInvalid, HasSubstr("UTF-8")));
  EXPECT_THAT(status_of(std::vector<double>()),
              StatusIs(kInvalid, HasSubstr("at least one element")));
  EXPECT_THAT(status_of(Bytes{"\xff"}), IsOk());
  EXPECT_THAT(Trajectory("a.b").status(), StatusIs(kInvalid));
}

TEST(TrajectoryTest, ExploresEveryPointOfASpace) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  const auto y = traj.AddParameter("g.x", "a");
  EXPECT_EQ(traj.length(), 1);
  ASSERT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}), y.In({"a", "b"}))),
              IsOk());
  EXPECT_EQ(traj.length(), 4);
  EXPECT_THAT(traj.explored_names(),
              ElementsAre("parameters.x", "parameters.g.x"));
  EXPECT_THAT(traj.GetValue("parameters.x", 2), IsOkAndHolds(Value(2.0)));
  EXPECT_THAT(traj.Get<double>("x"), IsOkAndHolds(1.0));
  EXPECT_EQ(traj.ParameterSummary(1), "x: 1.0,   parameters.g.x: 'b'");
}

TEST(TrajectoryTest, ExploreNamesWhatIsWrongAndExploresNothing) {
  const auto explore = [](Axis axis) {
    Trajectory traj("t");
    traj.AddParameter("x", 1.0);
    traj.AddParameter("n", 1);
    EXPECT_THAT(traj.AddResult("r", 1.0), IsOk());
    absl::Status status =
        traj.Explore(CartesianProduct({{"n", Range({1, 2})}, axis}));
    EXPECT_THAT(traj.explored(), IsEmpty());
    EXPECT_EQ(traj.length(), 1);
    return status;
  };
  EXPECT_THAT(explore({"y", Range({1.0})}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("'y'")));
  EXPECT_THAT(
      explore({"x", Range({1.0, "a"})}),
      StatusIs(kInvalid, AllOf(HasSubstr("parameters.x is of type float"),
                               HasSubstr("'a' of type str"))));
  EXPECT_THAT(explore({"x", Range()}),
              StatusIs(kInvalid, HasSubstr("x has no values")));
  EXPECT_THAT(explore({"r", Range({1.0})}),
              StatusIs(kInvalid, HasSubstr("r is no parameter")));
  EXPECT_THAT(explore({"parameters.n", Range({1})}),
              StatusIs(kInvalid, HasSubstr("parameters.n is explored twice")));
}

TEST(TrajectoryTest, RefusesToExploreAParameterAgain) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  ASSERT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}))), IsOk());
  EXPECT_THAT(traj.Explore(CartesianProduct(x.In({3., 4.}))),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.x is explored already")));
}

TEST(TrajectoryTest, AnIntTakesIntsOfAnyWidthThatFit) {
  Trajectory traj("t");
  const Key<int> n = traj.AddParameter("n", 1);
  ASSERT_THAT(traj.Explore(CartesianProduct(n.In(Arange(0, 3)))), IsOk());
  EXPECT_THAT(traj.GetValue("n", 2), IsOkAndHolds(Value(2)));

  Trajectory other("t");
  other.AddParameter("n", 1);
  EXPECT_THAT(
      other.Explore(CartesianProduct(Axis{"n", Range({int64_t{1} << 40})})),
      StatusIs(kInvalid));
}

TEST(TrajectoryTest, ExploresASecondParameterOfTheSameLengthOnly) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  const auto y = traj.AddParameter("y", 1.0);
  const auto z = traj.AddParameter("z", 1.0);
  ASSERT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}))), IsOk());
  ASSERT_THAT(traj.Explore(CartesianProduct(y.In({3., 4.}))), IsOk());
  EXPECT_THAT(traj.Explore(CartesianProduct(z.In({1.}))), StatusIs(kInvalid));
}

TEST(TrajectoryTest, LocksAParameterOnceItWasUsed) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  ASSERT_THAT(traj.Set("x", 2.0), IsOk());
  EXPECT_THAT(traj.Set("x", "text"), StatusIs(kInvalid, HasSubstr("float")));
  EXPECT_EQ(traj[x], 2.0);
  EXPECT_THAT(traj.Set("x", 3.0),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.x is locked")));
}

TEST(TrajectoryTest, AnExploredParameterCannotBeSet) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  ASSERT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}))), IsOk());
  EXPECT_THAT(
      traj.Set("x", 3.0),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("explored")));
}

TEST(TrajectoryTest, ReadsResultsWithOneItemOnly) {
  Trajectory traj("t");
  ASSERT_THAT(traj.AddResult("one", 1.0), IsOk());
  ASSERT_THAT(traj.AddResult("two", {{"a", 1.0}, {"b", "x"}}), IsOk());
  EXPECT_THAT(traj.Get<double>("one"), IsOkAndHolds(1.0));
  EXPECT_THAT(traj["two"], StatusIs(kInvalid, HasSubstr("a, b")));
  EXPECT_THAT(traj["results"], StatusIs(kInvalid, HasSubstr("group")));
}

TEST(TrajectoryTest, KnowsWhatBecameOfItsRuns) {
  Trajectory traj("t");
  const auto x = traj.AddParameter("x", 1.0);
  ASSERT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}))), IsOk());
  EXPECT_FALSE(traj.run_info(1).started());
  RunRecord record;
  record.index = 1;
  record.completed = true;
  record.start_timestamp = 1000;
  record.finish_timestamp = 1000.5;
  traj.NoteRun(record);
  EXPECT_TRUE(traj.completed(1));
  EXPECT_FALSE(traj.completed(0));
  EXPECT_EQ(traj.run_info(1).runtime, "0:00:00.500000");
  EXPECT_EQ(traj.run_info(1).parameter_summary, "x: 2.0");
  EXPECT_EQ(traj.run_info(0).name, "run_00000000");
}

}  // namespace
}  // namespace cppet
