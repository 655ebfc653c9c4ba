#include "cppet/trajectory/exploration.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class ExplorationTest : public ::testing::Test {
 protected:
  ExplorationTest()
      : traj_("t"),
        x_(traj_.AddParameter("x", 1.0)),
        y_(traj_.AddParameter("y", 1.0)),
        n_(traj_.AddParameter("n", 1)) {}

  std::vector<double> ValuesOf(const Key<double>& key) {
    std::vector<double> values;
    traj_
        .ForEachRun([&](const RunView& run) {
          values.push_back(run[key]);
          return absl::OkStatus();
        })
        .IgnoreError();
    return values;
  }

  void Complete(int64_t index) {
    RunRecord record;
    record.index = index;
    record.completed = true;
    traj_.NoteRun(record);
  }

  Trajectory traj_;
  const Key<double> x_;
  const Key<double> y_;
  const Key<int> n_;
};

TEST_F(ExplorationTest, TakesFurtherParametersOfTheSameLength) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  ASSERT_THAT(traj_.Explore(Zip(y_.In({3., 4.}), n_.In({5, 6}))), IsOk());
  EXPECT_THAT(traj_.explored_names(),
              ElementsAre("parameters.x", "parameters.y", "parameters.n"));
  EXPECT_THAT(ValuesOf(y_), ElementsAre(3.0, 4.0));
}

TEST_F(ExplorationTest, ExpandsByFurtherRuns) {
  ASSERT_THAT(traj_.Explore(Zip(x_.In({1., 2.}), n_.In({1, 2}))), IsOk());
  Complete(0);
  Complete(1);
  EXPECT_TRUE(traj_.completed());
  ASSERT_THAT(traj_.Expand(Zip(n_.In({3}), x_.In({9.}))), IsOk());
  EXPECT_EQ(traj_.length(), 3);
  EXPECT_THAT(ValuesOf(x_), ElementsAre(1.0, 2.0, 9.0));
  EXPECT_EQ((*traj_.AsRun(2))[n_], 3);
  EXPECT_FALSE(traj_.completed());
  EXPECT_TRUE(traj_.completed(1));
  EXPECT_EQ(traj_.ParameterSummary(2), "x: 9.0,   n: 3");
}

TEST_F(ExplorationTest, ExpandingWhatIsNotExploredExplores) {
  ASSERT_THAT(traj_.Expand(CartesianProduct(x_.In({1., 2.}))), IsOk());
  EXPECT_THAT(ValuesOf(x_), ElementsAre(1.0, 2.0));
}

TEST_F(ExplorationTest, ExpandsAMillionRunsWithoutCopies) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In(Linspace(0, 1, 1'000'000)),
                                             y_.In(Linspace(0, 1, 1000)))),
              IsOk());
  ASSERT_THAT(traj_.Expand(Zip(x_.In({7.}), y_.In({8.}))), IsOk());
  EXPECT_EQ(traj_.length(), 1'000'000'001);
  EXPECT_EQ((*traj_.AsRun(1'000'000'000))[y_], 8.0);
}

TEST_F(ExplorationTest, AnExpansionInErrorChangesNothing) {
  const auto expand = [](const Space& space) {
    // One for each, as the first error is kept.
    Trajectory traj("t");
    const auto x = traj.AddParameter("x", 1.0);
    const auto y = traj.AddParameter("y", 1.0);
    traj.AddParameter("n", 1);
    EXPECT_THAT(traj.Explore(Zip(x.In({1., 2.}), y.In({3., 4.}))), IsOk());
    const absl::Status status = traj.Expand(space);
    EXPECT_EQ(traj.length(), 2);
    EXPECT_EQ(traj.explored()[0]->range()->size(), 2);
    EXPECT_EQ(traj.explored()[1]->range()->size(), 2);
    EXPECT_EQ(traj.status(), status);
    return status;
  };
  EXPECT_THAT(expand(CartesianProduct(x_.In({1.}))),
              StatusIs(kInvalid, HasSubstr("parameters.y")));
  EXPECT_THAT(expand(Zip(x_.In({1.}), y_.In({1.}), n_.In({1}))),
              StatusIs(kInvalid, HasSubstr("parameters.n is not explored")));
  EXPECT_THAT(expand(Zip(x_.In({1.}), y_.In({1., 2.}))),
              StatusIs(kInvalid, HasSubstr("y has 2")));
  EXPECT_THAT(
      expand(Zip(x_.In({1.}), Axis{"y", Range({1})})),
      StatusIs(kInvalid, AllOf(HasSubstr("parameters.y"), HasSubstr("int"))));
  EXPECT_THAT(expand(Space()), StatusIs(kInvalid));
}

TEST_F(ExplorationTest, CannotExpandWhatIsNotLoaded) {
  traj_.set_explored_names({"parameters.far"});
  EXPECT_THAT(traj_.Expand(CartesianProduct(x_.In({1.}))),
              StatusIs(kPrecondition, HasSubstr("parameters.far")));
}

TEST_F(ExplorationTest, ShrinksToOneRun) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  Complete(1);
  ASSERT_THAT(traj_.Shrink(), IsOk());
  EXPECT_EQ(traj_.length(), 1);
  EXPECT_THAT(traj_.explored_names(), IsEmpty());
  EXPECT_FALSE(traj_.run_info(1).started());
  EXPECT_EQ(traj_[x_], 1.0);
  EXPECT_THAT(traj_.Explore(CartesianProduct(x_.In({3.}))), IsOk());
}

TEST_F(ExplorationTest, OfAStoredTrajectoryShrinksByForceOnly) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  traj_.set_stored(true);
  EXPECT_THAT(traj_.Shrink(),
              StatusIs(kPrecondition, HasSubstr("t is stored")));
  EXPECT_EQ(traj_.length(), 2);
  EXPECT_THAT(traj_.Shrink(/*force=*/true), IsOk());
  EXPECT_EQ(traj_.length(), 1);
}

TEST_F(ExplorationTest, KeepsItsParametersUnlessTheyAreStored) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  EXPECT_THAT(traj_.Remove("x"),
              StatusIs(kPrecondition, HasSubstr("parameters.x")));
  EXPECT_THAT(traj_.Remove("parameters", /*recursive=*/true),
              StatusIs(kPrecondition, HasSubstr("parameters.x")));
  EXPECT_THAT(traj_.Remove("y"), IsOk());
  traj_.set_stored(true);
  EXPECT_THAT(traj_.Remove("x"), IsOk());
  EXPECT_THAT(traj_.explored(), IsEmpty());
  EXPECT_THAT(traj_.explored_names(), ElementsAre("parameters.x"));
  EXPECT_EQ(traj_.length(), 2);
  EXPECT_EQ((*traj_.AsRun(1))[x_], 2.0);
}

TEST_F(ExplorationTest, AnExpansionIsNotStored) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  traj_.set_stored(true);
  ASSERT_THAT(traj_.Expand(CartesianProduct(x_.In({3.}))), IsOk());
  EXPECT_THAT(traj_.Remove("x"), StatusIs(kPrecondition));
}

TEST_F(ExplorationTest, GoesWithARenamedParameter) {
  ASSERT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2.}))), IsOk());
  ASSERT_THAT(traj_.Rename("parameters.x", "speed"), IsOk());
  EXPECT_THAT(traj_.explored_names(), ElementsAre("parameters.speed"));
  EXPECT_EQ(x_.name(), "parameters.speed");
  ASSERT_THAT(traj_.Expand(CartesianProduct(x_.In({3.}))), IsOk());
  EXPECT_THAT(ValuesOf(x_), ElementsAre(1.0, 2.0, 3.0));
}

}  // namespace
}  // namespace cppet
