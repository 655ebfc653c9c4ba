// What looks like an error, or is one in pypet, and what comes of it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::IsNull;

using Numbers = std::vector<double>;

struct Case {
  const char* what;
  std::function<absl::StatusOr<Value>(Trajectory&)> call;
  Value result;
};

// Adds `value` as a parameter and reads it.
std::function<absl::StatusOr<Value>(Trajectory&)> Added(const Value& value) {
  return [value](Trajectory& traj) {
    traj.AddValue("parameters.p", value).IgnoreError();
    return traj["p"];
  };
}

// Adds the items of a result and reads the only one.
std::function<absl::StatusOr<Value>(Trajectory&)> ItemOf(const Items& items) {
  return [items](Trajectory& traj) {
    traj.AddResult("r", items).IgnoreError();
    return traj["results.r"];
  };
}

// Explores a parameter that has the value `model` and reads it in run 1.
std::function<absl::StatusOr<Value>(Trajectory&)> Explored(
    const Value& model, const std::vector<Value>& values) {
  return [=](Trajectory& traj) -> absl::StatusOr<Value> {
    CPPET_RETURN_IF_ERROR(traj.AddValue("parameters.p", model));
    traj.LockParameters();
    CPPET_RETURN_IF_ERROR(traj.Explore(Axis{"p", Range(values)}));
    CPPET_ASSIGN_OR_RETURN(const RunView run, traj.AsRun(1));
    return run["p"];
  };
}

std::vector<Case> Cases() {
  const Value dict = Dict{{{"a", 1}, {"b", "x"}}};
  const Value shaped = NdArray<double>{{2, 2}, {1, 2, 3, 4}};
  return {
      {"a dict as a parameter", Added(dict), dict},
      {"text beyond ASCII", Added("\u00e4\u2603"), "\u00e4\u2603"},
      {"an item name with a space", ItemOf({{"a b", 1}}), 1},
      {"an item name with a dot", ItemOf({{"a.b", 1}}), 1},
      {"an item name beyond ASCII", ItemOf({{"\u00e4", 1}}), 1},
      {"an empty array as an item", ItemOf({{"e", Numbers()}}), Numbers()},
      {"exploring a locked parameter", Explored(1.0, {2.0, 3.0}), 3.0},
      {"exploring an int by wider ones", Explored(1, {int64_t{2}, int64_t{3}}),
       3},
      {"exploring an array by others of other shapes",
       Explored(Numbers{1, 2}, {Numbers{3}, shaped}), shaped},
      {"expanding what is not explored",
       [](Trajectory& traj) -> absl::StatusOr<Value> {
         CPPET_RETURN_IF_ERROR(traj.AddValue("parameters.p", 1.0));
         CPPET_RETURN_IF_ERROR(traj.Expand(Axis{"p", Range({2.0, 3.0})}));
         return traj.length();
       },
       int64_t{2}},
      {"shrinking with a locked parameter",
       [](Trajectory& traj) -> absl::StatusOr<Value> {
         CPPET_RETURN_IF_ERROR(traj.AddValue("parameters.p", 1.0));
         CPPET_RETURN_IF_ERROR(traj.Explore(Axis{"p", Range({2.0, 3.0})}));
         traj.LockParameters();
         CPPET_RETURN_IF_ERROR(traj.Shrink());
         return traj.length();
       },
       int64_t{1}},
  };
}

TEST(AcceptedInputTest, GivesTheValueThatIsMeant) {
  for (const Case& accepted : Cases()) {
    SCOPED_TRACE(accepted.what);
    Trajectory traj("t");
    EXPECT_THAT(accepted.call(traj), IsOkAndHolds(accepted.result));
    EXPECT_THAT(traj.status(), IsOk());
  }
}

TEST(AcceptedInputTest, AResultMayBeEmpty) {
  Trajectory traj("t");
  EXPECT_THAT(traj.AddResult("none", Items()), IsOk());
  EXPECT_TRUE(traj.Contains("results.none"));
}

TEST(AcceptedInputTest, WhatIsNotThereIsNullInALeaf) {
  EXPECT_THAT(Parameter("p", 1.0).range(), IsNull());
  EXPECT_THAT(Result("r", {{"r", 1}}).Item("q"), IsNull());
}

}  // namespace
}  // namespace cppet
