#include "cppet/trajectory/trajectory.h"

#include <cstdint>
#include <map>
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
using ::testing::Pair;

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

TEST(TrajectoryTest, LocksAndUnlocks) {
  Trajectory traj("t");
  traj.AddParameter("x", 1.0);
  traj.AddDerivedParameter("d", 1.0);
  const auto locked = [](const char* name) {
    return StatusIs(absl::StatusCode::kFailedPrecondition,
                    HasSubstr(std::string(name) + " is locked"));
  };
  traj.LockParameters();
  EXPECT_THAT(traj.Set("x", 2.0), locked("parameters.x"));
  EXPECT_THAT(traj.Set("d", 2.0), IsOk());
  traj.LockDerivedParameters();
  EXPECT_THAT(traj.Set("d", 3.0), locked("derived_parameters.d"));
  ASSERT_THAT(traj.Unlock("x"), IsOk());
  EXPECT_THAT(traj.Set("x", 2.0), IsOk());
  EXPECT_THAT(traj.Unlock("parameters"),
              StatusIs(kInvalid, HasSubstr("parameters is no parameter")));
}

TEST(TrajectoryTest, SetsAnIntOfAnotherWidthThatFits) {
  Trajectory traj("t");
  const Key<int> n = traj.AddParameter("n", 1);
  ASSERT_THAT(traj.Set("n", int64_t{7}), IsOk());
  EXPECT_THAT(traj.Set("n", int64_t{1} << 40), StatusIs(kInvalid));
  EXPECT_THAT(traj.Set("n", 7.5),
              StatusIs(kInvalid, AllOf(HasSubstr("parameters.n"),
                                       HasSubstr("int"), HasSubstr("float"))));
  EXPECT_EQ(traj[n], 7);
}

TEST(TrajectoryTest, PutsWhatIsAddedWhereItsNameSays) {
  Trajectory traj("t");
  // Where results go, by name.
  const std::map<std::string, std::string> places = {
      {"z", "results.z"},
      {"g.z", "results.g.z"},
      {"results.v", "results.v"},
      {"runs.k", "results.runs.k"},
      {"$.a", "results.run_ALL.a"},
      {"crun.b", "results.run_ALL.b"},
      {"runs.$.c", "results.runs.run_ALL.c"},
      {"sub.$.q", "results.sub.run_ALL.q"},
      {"q.$", "results.q.run_ALL"},
      {"$set.$.w", "results.run_set_ALL.run_ALL.w"},
      {"run_ALL.x", "results.run_ALL.x"},
      {"run_1.x", "results.run_00000001.x"}};
  for (const auto& [name, place] : places) {
    EXPECT_THAT(traj.AddResult(name, 1), IsOk()) << name;
    EXPECT_NE(traj.tree().FindExact(place), nullptr) << name;
  }
  traj.AddDerivedParameter("d", 1);
  traj.AddParameter("p", 1);
  traj.AddConfig("p", 1);
  ASSERT_THAT(traj.AddValue("mine.v", 1), IsOk());
  ASSERT_THAT(traj.AddValue("results.w", 1), IsOk());
  ASSERT_THAT(traj.AddGroup("gr"), IsOk());
  ASSERT_THAT(traj.AddResultGroup("gr", "Of results"), IsOk());
  ASSERT_THAT(traj.AddParameterGroup("gr"), IsOk());
  ASSERT_THAT(traj.AddDerivedParameterGroup("gr"), IsOk());
  ASSERT_THAT(traj.AddConfigGroup("gr"), IsOk());
  for (const char* place :
       {"derived_parameters.d", "parameters.p", "config.p", "mine.v", "gr",
        "results.gr", "parameters.gr", "derived_parameters.gr", "config.gr"}) {
    EXPECT_NE(traj.tree().FindExact(place), nullptr) << place;
  }
  EXPECT_EQ(traj.tree().FindExact("mine.v")->kind(), Node::Kind::kParameter);
  EXPECT_EQ(traj.tree().FindExact("results.w")->kind(), Node::Kind::kResult);
  EXPECT_EQ(traj.tree().FindExact("results.gr")->comment(), "Of results");
}

TEST(TrajectoryTest, FollowsLinks) {
  Trajectory traj("t");
  traj.AddParameter("g.x", 1.5);
  ASSERT_THAT(traj.AddLink("results.$.why", "x"), IsOk());
  EXPECT_THAT(traj["results.run_ALL.why"], IsOkAndHolds(Value(1.5)));
  EXPECT_THAT(traj.Remove("why"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(traj.RemoveLink("results.run_ALL.why"), IsOk());
  EXPECT_FALSE(traj.Contains("why"));
  EXPECT_THAT(traj.AddLink("results.l", "nope"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nope")));
}

TEST(TrajectoryTest, RemovesWhatIsNamed) {
  Trajectory traj("t");
  const Key<double> x = traj.AddParameter("g.x", 1.5);
  EXPECT_THAT(traj.Remove("g"), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         HasSubstr("parameters.g")));
  ASSERT_THAT(traj.Remove("g", /*recursive=*/true), IsOk());
  EXPECT_FALSE(traj.Contains("x"));
  EXPECT_EQ(traj[x], 1.5);
  EXPECT_EQ(x.name(), "parameters.g.x");
  EXPECT_THAT(
      traj.Explore(CartesianProduct(x.In({1.0}))),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("parameters.g.x")));
}

TEST(TrajectoryTest, RenamesUntilItIsStored) {
  Trajectory traj("t");
  const Key<double> x = traj.AddParameter("g.x", 1.5);
  ASSERT_THAT(traj.Rename("parameters.g.x", "y"), IsOk());
  EXPECT_EQ(x.name(), "parameters.g.y");
  EXPECT_THAT(traj.Get<double>("g.y"), IsOkAndHolds(1.5));
  EXPECT_THAT(traj.Rename("g.y", "z"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("g.y")));
  traj.set_stored(true);
  EXPECT_THAT(traj.Rename("parameters.g.y", "z"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.g.y")));
}

TEST(TrajectoryTest, KeepsAnnotations) {
  Trajectory traj("t");
  traj.AddParameter("x", 1.5);
  Node& x = *traj.tree().FindExact("parameters.x");
  x.AnnotateInOrder({"first", 2});
  x.Annotate("unit", "V");
  ASSERT_NE(x.Annotation("annotation"), nullptr);
  EXPECT_EQ(*x.Annotation("annotation"), Value("first"));
  EXPECT_EQ(*x.Annotation(Node::PositionalName(1)), Value(2));
  EXPECT_TRUE(x.RemoveAnnotation("annotation_1"));
  EXPECT_FALSE(x.RemoveAnnotation("annotation_1"));
  EXPECT_THAT(x.annotations(), ElementsAre(Pair("annotation", Value("first")),
                                           Pair("unit", Value("V"))));
}

TEST(TrajectoryTest, AnAmbiguousNameIsNotContained) {
  Trajectory traj("t");
  traj.AddParameter("a.same", 1);
  EXPECT_TRUE(traj.Contains("same"));
  FindOptions direct;
  direct.shortcuts = false;
  EXPECT_FALSE(traj.Contains("same", direct));
  traj.AddParameter("b.same", 1);
  EXPECT_FALSE(traj.Contains("same"));
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

TEST(TrajectoryTest, IsNotChangedByARun) {
  Trajectory traj("t", "before");
  const auto x = traj.AddParameter("x", 1.0);
  ASSERT_THAT(traj.AddResult("r", 1), IsOk());
  traj.BeginRun();
  traj.AddParameter("y", 1.0);
  constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
  EXPECT_THAT(traj.AddResult("z", 1), StatusIs(kRefused));
  EXPECT_THAT(traj.AddValue("results.z", 1), StatusIs(kRefused));
  EXPECT_THAT(traj.AddGroup("results.g"), StatusIs(kRefused));
  EXPECT_THAT(traj.AddConfigGroup("g"), StatusIs(kRefused));
  EXPECT_THAT(traj.AddLink("l", "x"), StatusIs(kRefused));
  EXPECT_THAT(traj.PresetParameter("p", 1), StatusIs(kRefused));
  EXPECT_THAT(traj.Set("x", 2.0), StatusIs(kRefused));
  EXPECT_THAT(traj.Unlock("x"), StatusIs(kRefused));
  EXPECT_THAT(traj.Remove("r"), StatusIs(kRefused));
  EXPECT_THAT(traj.RemoveLink("l"), StatusIs(kRefused));
  EXPECT_THAT(traj.Rename("results.r", "s"), StatusIs(kRefused));
  EXPECT_THAT(traj.Explore(CartesianProduct(x.In({1., 2.}))),
              StatusIs(kRefused));
  EXPECT_THAT(traj.Expand(CartesianProduct(x.In({1., 2.}))),
              StatusIs(kRefused));
  EXPECT_THAT(traj.Shrink(), StatusIs(kRefused));
  traj.set_comment("after");
  EXPECT_THAT(traj.EndRun(),
              StatusIs(kRefused, HasSubstr("to add parameters.y")));
  EXPECT_THAT(traj.status(), IsOk());
  EXPECT_EQ(traj.comment(), "before");
  EXPECT_EQ(traj.length(), 1);
  EXPECT_FALSE(traj.Contains("y"));
  EXPECT_THAT(traj.AddResult("z", 1), IsOk());
  traj.BeginRun();
  EXPECT_THAT(traj.EndRun(), IsOk());
}

}  // namespace
}  // namespace cppet
