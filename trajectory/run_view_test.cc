#include "cppet/trajectory/run_view.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class RunViewTest : public ::testing::Test {
 protected:
  RunViewTest()
      : traj_("t"),
        x_(traj_.AddParameter("x", 1.0)),
        fixed_(traj_.AddParameter("g.fixed", "same")) {
    EXPECT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2., 3.}))), IsOk());
    EXPECT_THAT(traj_.AddResult("runs.run_1.z", 10.0), IsOk());
    EXPECT_THAT(traj_.AddResult("runs.run_2.z", 20.0), IsOk());
    EXPECT_THAT(traj_.AddResult("runs.$.z", 0.0), IsOk());
    EXPECT_THAT(traj_.status(), IsOk());
  }

  Trajectory traj_;
  const Key<double> x_;
  const Key<std::string> fixed_;
};

TEST_F(RunViewTest, HasTheValuesOfItsRun) {
  const absl::StatusOr<RunView> run = traj_.AsRun(1);
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->name(), "run_00000001");
  EXPECT_EQ((*run)[x_], 2.0);
  EXPECT_EQ((*run)[fixed_], "same");
  EXPECT_THAT(run->Get<double>("x"), IsOkAndHolds(2.0));
  EXPECT_THAT(run->Get<double>("$.z"), IsOkAndHolds(10.0));
  EXPECT_THAT(run->Get<double>("res.crun.z"), IsOkAndHolds(10.0));
  EXPECT_THAT(traj_.Get<double>("$.z"), IsOkAndHolds(0.0));
  EXPECT_THAT(traj_.Get<double>("x"), IsOkAndHolds(1.0));
}

TEST_F(RunViewTest, WhatItsRunDoesNotHaveIsThatOfAllRuns) {
  EXPECT_THAT(traj_.AsRun(0)->Get<double>("$.z"), IsOkAndHolds(0.0));
}

TEST_F(RunViewTest, IsOfARunThatThereIs) {
  EXPECT_THAT(traj_.AsRun("run_00000002"), IsOk());
  EXPECT_EQ(traj_.AsRun("run_2")->index(), 2);
  constexpr auto kRange = absl::StatusCode::kOutOfRange;
  EXPECT_THAT(traj_.AsRun(99), StatusIs(kRange, HasSubstr("99")));
  EXPECT_THAT(traj_.AsRun(-1), StatusIs(kRange));
  EXPECT_THAT(traj_.AsRun("run_00000099"), StatusIs(kRange, HasSubstr("99")));
  EXPECT_THAT(traj_.AsRun("nope"), StatusIs(kRange, HasSubstr("'nope'")));
}

TEST_F(RunViewTest, GetOrGivesTheDefaultOnlyForWhatIsNotThere) {
  EXPECT_THAT(traj_.GetOr("x", 7.0), IsOkAndHolds(1.0));
  EXPECT_THAT(traj_.GetOr("nope", 7.0), IsOkAndHolds(7.0));
  EXPECT_THAT(
      traj_.GetOr("z", 7.0),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("ambiguous")));
  EXPECT_THAT(traj_.GetOr("fixed", 7.0),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fixed")));
}

TEST_F(RunViewTest, ListsValues) {
  EXPECT_THAT(traj_.AsRun(2)->Values("parameters"),
              ElementsAre(Pair("parameters.g.fixed", Value("same")),
                          Pair("parameters.x", Value(3.0))));
  EXPECT_THAT(traj_.Values("par"),
              ElementsAre(Pair("parameters.g.fixed", Value("same")),
                          Pair("parameters.x", Value(1.0))));
  EXPECT_THAT(traj_.Values("results.runs.run_2"),
              ElementsAre(Pair("results.runs.run_00000002.z", Value(20.0))));
  EXPECT_THAT(traj_.Values("config"), IsEmpty());
  EXPECT_EQ(traj_.Values("").size(), 5);
}

TEST_F(RunViewTest, OfEachRunIsVisitedUntilAnError) {
  std::vector<double> values;
  EXPECT_THAT(traj_.ForEachRun([&](const RunView& run) {
    values.push_back(run[x_]);
    return absl::OkStatus();
  }),
              IsOk());
  EXPECT_THAT(values, ElementsAre(1.0, 2.0, 3.0));
  values.clear();
  EXPECT_THAT(traj_.ForEachRun([&](const RunView& run) {
    values.push_back(run[x_]);
    return values.size() == 2 ? absl::CancelledError() : absl::OkStatus();
  }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(values, ElementsAre(1.0, 2.0));
}

}  // namespace
}  // namespace cppet
