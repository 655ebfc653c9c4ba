#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
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
using ::testing::Pair;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class TrajectoryRunsTest : public ::testing::Test {
 protected:
  TrajectoryRunsTest()
      : traj_("t"),
        x_(traj_.AddParameter("x", 1)),
        y_(traj_.AddParameter("y", "a")),
        fixed_(traj_.AddParameter("fixed", 2)) {
    EXPECT_THAT(
        traj_.Explore(Zip(x_.In({1, 2, 1, 3}), y_.In({"a", "b", "a", "a"}))),
        IsOk());
  }

  std::map<int64_t, std::string> FromRuns(
      const char* name, const GetFromRunsOptions& options = {}) {
    std::map<int64_t, std::string> names;
    const auto found = traj_.GetFromRuns(name, options).value();
    for (const auto& [run, node] : found) {
      names[run] = node->full_name();
    }
    return names;
  }

  Trajectory traj_;
  const Key<int> x_;
  const Key<std::string> y_;
  const Key<int> fixed_;
};

TEST_F(TrajectoryRunsTest, FindsRunsByTheValuesOfKeys) {
  EXPECT_THAT(traj_.FindRuns(x_, [](int x) { return x < 3; }),
              ElementsAre(0, 1, 2));
  EXPECT_THAT(traj_.FindRuns(x_, y_, fixed_,
                             [](int x, const std::string& y, int fixed) {
                               return y == "a" && x > fixed;
                             }),
              ElementsAre(3));
  EXPECT_THAT(traj_.FindRuns(x_, [](int) { return false; }), IsEmpty());
}

TEST_F(TrajectoryRunsTest, FindsRunsByNames) {
  EXPECT_THAT(traj_.FindRuns({"x", "parameters.y"},
                             [](absl::Span<const Value> values) {
                               return values[0] == Value(1) &&
                                      values[1] == Value("a");
                             }),
              IsOkAndHolds(ElementsAre(0, 2)));
  const auto all = [](absl::Span<const Value>) { return true; };
  EXPECT_THAT(traj_.FindRuns({"nope"}, all),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nope")));
  EXPECT_THAT(traj_.FindRuns({"parameters"}, all),
              StatusIs(kInvalid, HasSubstr("parameters is no parameter")));
}

TEST_F(TrajectoryRunsTest, FindsUniquePoints) {
  const auto points = traj_.FindUniquePoints({"x", "y"});
  ASSERT_THAT(points, IsOk());
  ASSERT_EQ(points->size(), 3);
  EXPECT_THAT((*points)[0].values, ElementsAre(1, "a"));
  EXPECT_THAT((*points)[0].runs, ElementsAre(0, 2));
  EXPECT_THAT((*points)[1].runs, ElementsAre(1));
  EXPECT_THAT((*points)[2].runs, ElementsAre(3));
  EXPECT_EQ(traj_.FindUniquePoints({"fixed"})->size(), 1);
  EXPECT_THAT(traj_.FindUniquePoints({"nope"}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TrajectoryRunsTest, GetsWhatEachRunHas) {
  ASSERT_THAT(traj_.AddResult("runs.run_1.z", 1.0), IsOk());
  ASSERT_THAT(traj_.AddResult("runs.run_3.g.z", 1.0), IsOk());
  EXPECT_THAT(FromRuns("z"),
              ElementsAre(Pair(1, "results.runs.run_00000001.z"),
                          Pair(3, "results.runs.run_00000003.g.z")));
  EXPECT_THAT(FromRuns("$.g.z"),
              ElementsAre(Pair(3, "results.runs.run_00000003.g.z")));
  EXPECT_THAT(FromRuns("nope"), IsEmpty());
}

TEST_F(TrajectoryRunsTest, GetsWhatIsOfAllRunsForTheOthers) {
  ASSERT_THAT(traj_.AddResult("runs.run_1.z", 1.0), IsOk());
  ASSERT_THAT(traj_.AddResult("runs.run_ALL.z", 1.0), IsOk());
  EXPECT_THAT(FromRuns("z"), ElementsAre(Pair(0, "results.runs.run_ALL.z"),
                                         Pair(1, "results.runs.run_00000001.z"),
                                         Pair(2, "results.runs.run_ALL.z"),
                                         Pair(3, "results.runs.run_ALL.z")));
  GetFromRunsOptions options;
  options.include_default = false;
  EXPECT_THAT(FromRuns("z", options),
              ElementsAre(Pair(1, "results.runs.run_00000001.z")));
}

TEST_F(TrajectoryRunsTest, NamesTwoOfARun) {
  ASSERT_THAT(traj_.AddResult("runs.run_1.z", 1.0), IsOk());
  ASSERT_THAT(traj_.AddResult("runs.run_1.g.z", 1.0), IsOk());
  EXPECT_THAT(traj_.GetFromRuns("z"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("results.runs.run_00000001.z"),
                             HasSubstr("results.runs.run_00000001.g.z"))));
}

TEST_F(TrajectoryRunsTest, NamesItsRuns) {
  EXPECT_THAT(traj_.run_names(), ElementsAre("run_00000000", "run_00000001",
                                             "run_00000002", "run_00000003"));
  EXPECT_THAT(Trajectory("u").run_names(), ElementsAre("run_00000000"));
  EXPECT_FALSE(traj_.completed());
}

}  // namespace
}  // namespace cppet
