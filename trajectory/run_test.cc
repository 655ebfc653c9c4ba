#include "cppet/trajectory/run.h"

#include <string>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunTest : public ::testing::Test {
 protected:
  RunTest()
      : traj_("t"),
        x_(traj_.AddParameter("x", 1.0)),
        fixed_(traj_.AddParameter("fixed", "same")) {
    EXPECT_THAT(traj_.Explore(CartesianProduct(x_.In({1., 2., 3.}))), IsOk());
  }

  Trajectory traj_;
  const Key<double> x_;
  const Key<std::string> fixed_;
};

TEST_F(RunTest, SeesTheValuesOfItsPoint) {
  const cppet::Run run(traj_, 2);
  EXPECT_EQ(run.name(), "run_00000002");
  EXPECT_EQ(run[x_], 3.0);
  EXPECT_EQ(run[fixed_], "same");
  EXPECT_THAT(run.Get<double>("x"), IsOkAndHolds(3.0));
  EXPECT_THAT(run.Get<double>("fixed"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fixed")));
}

TEST_F(RunTest, KeepsWhatItAdds) {
  cppet::Run run(traj_, 1);
  ASSERT_THAT(run.AddResult("z", 2.5, "A comment"), IsOk());
  ASSERT_THAT(run.AddResult("g.many", {{"a", 1}, {"b", "x"}}), IsOk());
  ASSERT_THAT(run.AddDerivedParameter("d", std::vector<int64_t>{1}), IsOk());
  EXPECT_THAT(run.Get<double>("z"), IsOkAndHolds(2.5));
  const std::vector<LeafRecord> leaves = run.TakeLeaves();
  ASSERT_EQ(leaves.size(), 3);
  EXPECT_EQ(leaves[0].full_name, "results.runs.run_00000001.z");
  EXPECT_EQ(leaves[0].comment, "A comment");
  EXPECT_EQ(leaves[0].items, (Items{{"z", 2.5}}));
  EXPECT_EQ(leaves[1].full_name, "results.runs.run_00000001.g.many");
  EXPECT_EQ(leaves[2].full_name, "derived_parameters.runs.run_00000001.d");
  EXPECT_EQ(leaves[2].kind, Node::Kind::kParameter);
}

TEST_F(RunTest, KeepsItsFirstError) {
  cppet::Run run(traj_, 0);
  EXPECT_THAT(run.AddResult("z", 1.0), IsOk());
  EXPECT_THAT(run.AddResult("z", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(run.AddResult("_bad", 1.0),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(run.status(), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(RunTest, RefusesDataBelowData) {
  cppet::Run run(traj_, 0);
  ASSERT_THAT(run.AddResult("a", 1.0), IsOk());
  EXPECT_THAT(run.AddResult("a.b", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  cppet::Run other(traj_, 0);
  ASSERT_THAT(other.AddResult("a.b", 1.0), IsOk());
  EXPECT_THAT(other.AddResult("a", 1.0),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(other.AddResult("ab", 1.0), IsOk());
}

TEST_F(RunTest, RefusesItemsThatCannotBeStored) {
  cppet::Run run(traj_, 0);
  EXPECT_THAT(run.AddResult("r", {{"a", 1.0}, {"a", 2.0}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'a'")));
  EXPECT_THAT(run.AddResult("r", {{"a/b", 1.0}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(run.TakeLeaves(), IsEmpty());
}

}  // namespace
}  // namespace cppet
