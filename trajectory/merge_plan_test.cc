#include "cppet/trajectory/merge_plan.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// x is explored, y is not.
std::unique_ptr<Trajectory> Make(const std::string& name,
                                 const std::vector<double>& x, double y = 1) {
  auto trajectory = std::make_unique<Trajectory>(name);
  const auto key = trajectory->AddParameter("x", 0.0);
  trajectory->AddParameter("y", y);
  const absl::Status explored = trajectory->Explore(
      key.In(Range(std::vector<Value>(x.begin(), x.end()))));
  EXPECT_THAT(explored, IsOk());
  return trajectory;
}

std::unique_ptr<Trajectory> MakeTrials(const std::string& name,
                                       const std::vector<int64_t>& trials) {
  auto trajectory = std::make_unique<Trajectory>(name);
  const auto key = trajectory->AddParameter("g.trial", int64_t{0});
  const absl::Status explored = trajectory->Explore(
      key.In(Range(std::vector<Value>(trials.begin(), trials.end()))));
  EXPECT_THAT(explored, IsOk());
  return trajectory;
}

TEST(MergePlanTest, AppendsTheRunsOfTheOther) {
  const auto a = Make("a", {1, 2});
  const auto b = Make("b", {2, 3, 4});
  const auto plan = PlanMerge(*a, *b);
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan->new_indexes, ElementsAre(2, 3, 4));
  EXPECT_EQ(plan->taken, 3);
  ASSERT_THAT(plan->parameters, SizeIs(1));
  EXPECT_EQ(plan->parameters[0].full_name, "parameters.x");
  EXPECT_THAT(plan->parameters[0].range.ToVector(),
              ElementsAre(1.0, 2.0, 2.0, 3.0, 4.0));
}

TEST(MergePlanTest, LeavesOutPointsThatAreThere) {
  const auto a = Make("a", {1, 2, 0.0});
  const auto b = Make("b", {2, 3, -0.0, 3});
  const auto plan = PlanMerge(*a, *b, {.remove_duplicates = true});
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan->new_indexes, ElementsAre(kNoRun, 3, kNoRun, 4));
  EXPECT_THAT(plan->parameters[0].range.ToVector(),
              ElementsAre(1.0, 2.0, 0.0, 3.0, 3.0));
  EXPECT_THAT(PlanMerge(*a, *a, {.remove_duplicates = true}),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("a has")));
}

TEST(MergePlanTest, ExploresWhatDiffersAndThenFindsNoDuplicates) {
  const auto a = Make("a", {1, 2}, 5);
  const auto b = Make("b", {1}, 6);
  const auto plan = PlanMerge(*a, *b, {.remove_duplicates = true});
  ASSERT_THAT(plan, IsOk());
  ASSERT_THAT(plan->parameters, SizeIs(2));
  EXPECT_EQ(plan->parameters[1].full_name, "parameters.y");
  EXPECT_THAT(plan->parameters[1].range.ToVector(), ElementsAre(5.0, 5.0, 6.0));
}

TEST(MergePlanTest, TellsTextsApartOfWhichOneBeginsTheOther) {
  Trajectory a("a");
  Trajectory b("b");
  a.AddParameter("name", "");
  b.AddParameter("name", "\u2603");
  const auto plan = PlanMerge(a, b, {.remove_duplicates = true});
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan->parameters[0].range.ToVector(),
              ElementsAre(Value(""), Value("\u2603")));
}

TEST(MergePlanTest, TakesIntegersOfAnySizeForOneType) {
  Trajectory a("a");
  Trajectory b("b");
  a.AddParameter("n", int32_t{3});
  b.AddParameter("n", int64_t{1} << 40);
  const auto plan = PlanMerge(a, b);
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan->parameters[0].range.ToVector(),
              ElementsAre(int64_t{3}, int64_t{1} << 40));
  Trajectory c("c");
  c.AddParameter("n", int64_t{3});
  const auto same = PlanMerge(a, c);
  ASSERT_THAT(same, IsOk());
  EXPECT_THAT(same->parameters, IsEmpty());
}

TEST(MergePlanTest, CountsTrialsOn) {
  const auto a = MakeTrials("a", {0, 1, 0, 1, 2});
  const auto b = MakeTrials("b", {1, 0});
  const auto plan = PlanMerge(
      *a, *b, {.trial_parameter = "trial", .remove_duplicates = true});
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->trial_parameter, "parameters.g.trial");
  EXPECT_THAT(plan->parameters[0].range.ToVector(),
              ElementsAre(int64_t{0}, int64_t{1}, int64_t{0}, int64_t{1},
                          int64_t{2}, int64_t{4}, int64_t{3}));
}

TEST(MergePlanTest, RefusesWhatDoesNotCountTrials) {
  const auto a = MakeTrials("a", {0, 1});
  const auto wrong = [&a](const Trajectory& b, absl::string_view message) {
    EXPECT_THAT(PlanMerge(*a, b, {.trial_parameter = "trial"}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("parameters.g.trial"),
                               HasSubstr("in b"), HasSubstr(message))));
  };
  wrong(*MakeTrials("b", {1, 2, 3}), "nowhere 0");
  wrong(*MakeTrials("b", {0, 3}), "nowhere 1");
  wrong(*MakeTrials("b", {0, -1}), "-1");
  const auto x = Make("x", {0, 1});
  EXPECT_THAT(
      PlanMerge(*x, *x, {.trial_parameter = "x"}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no integer")));
  EXPECT_THAT(PlanMerge(*x, *x, {.trial_parameter = "z"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("z")));
}

TEST(MergePlanTest, NeedsTheSameParameters) {
  const auto a = Make("a", {1, 2});
  const auto b = Make("b", {1, 2});
  b->AddParameter("g.more", 1);
  EXPECT_THAT(PlanMerge(*a, *b),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("parameters.g.more is only in b")));
  EXPECT_THAT(PlanMerge(*a, *b, {.ignore = {"parameters.g"}}), IsOk());
  EXPECT_THAT(PlanMerge(*a, *b, {.ignore = {"parameters.g", "parameters.x"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("parameters.x is explored")));
  const auto c = Make("c", {1, 2});
  c->AddParameter("g.more", 1.5);
  EXPECT_THAT(PlanMerge(*b, *c),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("parameters.g.more"), HasSubstr("int"),
                             HasSubstr("float"))));
}

TEST(MergePlanTest, ComparesDerivedParametersOutsideOfRunsOnly) {
  const auto a = Make("a", {1});
  const auto b = Make("b", {2});
  a->AddDerivedParameter("d", 1.0);
  b->AddDerivedParameter("d", 2.0);
  b->AddDerivedParameter("runs.run_00000000.e", 2.0);
  b->AddDerivedParameter("runs.run_ALL.e", 2.0);
  b->AddDerivedParameter("run_set_00000.e", 2.0);
  const auto plan = PlanMerge(*a, *b);
  ASSERT_THAT(plan, IsOk());
  ASSERT_THAT(plan->parameters, SizeIs(2));
  EXPECT_EQ(plan->parameters[1].full_name, "derived_parameters.d");
}

TEST(MergePlanTest, RenamesRunsWhereverTheyStand) {
  MergePlan plan;
  plan.new_indexes = {kNoRun, 1500, 1501};
  EXPECT_EQ(plan.NewName("results.runs.run_00000001.z"),
            "results.runs.run_00001500.z");
  EXPECT_EQ(plan.NewName("a.run_00000002"), "a.run_00001501");
  EXPECT_EQ(plan.NewName("a.run_set_00000.run_00000002"),
            "a.run_set_00001.run_00001501");
  EXPECT_EQ(plan.NewName("a.run_set_00000.b"), "a.run_set_00001.b");
  EXPECT_EQ(plan.NewName("a.run_set_00007.run_00000009.run_ALL"),
            "a.run_set_00007.run_00000009.run_ALL");
  EXPECT_EQ(plan.NewName("a.run_00000000.b"), "");
}

TEST(MergePlanTest, IsAppliedToATrajectory) {
  const auto a = Make("a", {1, 2}, 5);
  const auto b = Make("b", {1, 3}, 6);
  b->NoteRun({.index = 1, .completed = true, .start_timestamp = 7});
  const auto plan = PlanMerge(*a, *b);
  ASSERT_THAT(plan, IsOk());
  ApplyMerge(*plan, *b, a.get());
  EXPECT_EQ(a->length(), 4);
  EXPECT_THAT(a->explored_names(), ElementsAre("parameters.x", "parameters.y"));
  EXPECT_FALSE(a->completed(2));
  EXPECT_TRUE(a->completed(3));
  EXPECT_EQ(a->run_info(3).name, "run_00000003");
  EXPECT_EQ(a->run_info(3).timestamp, 7);
  EXPECT_EQ(a->run_info(3).parameter_summary, "x: 3.0,   y: 6.0");
}

}  // namespace
}  // namespace cppet
