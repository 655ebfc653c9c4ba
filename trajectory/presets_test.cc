#include "cppet/trajectory/presets.h"

#include <cstdint>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(PresetsTest, TakeThePlaceOfTheValueThatIsAdded) {
  Trajectory traj("t");
  ASSERT_THAT(traj.PresetParameter("x", 5.0), IsOk());
  ASSERT_THAT(traj.PresetParameter("g.n", int64_t{7}), IsOk());
  ASSERT_THAT(traj.PresetConfig("c", "new"), IsOk());
  const Key<double> x = traj.AddParameter("x", 1.0);
  const Key<int> n = traj.AddParameter("g.n", 1);
  traj.AddConfig("c", "old");
  EXPECT_EQ(traj[x], 5.0);
  EXPECT_EQ(traj[n], 7);
  EXPECT_THAT(traj["conf.c"], IsOkAndHolds(Value("new")));
  EXPECT_THAT(traj.CheckPresets(), IsOk());
}

TEST(PresetsTest, TheLastOneCounts) {
  Trajectory traj("t");
  ASSERT_THAT(traj.PresetParameter("x", 5), IsOk());
  ASSERT_THAT(traj.PresetParameter("parameters.x", 6), IsOk());
  ASSERT_THAT(traj.AddValue("parameters.x", 1), IsOk());
  EXPECT_THAT(traj["x"], IsOkAndHolds(Value(6)));
}

TEST(PresetsTest, OfWhatIsThereAreAnError) {
  Trajectory traj("t");
  traj.AddParameter("x", 1.0);
  EXPECT_THAT(
      traj.PresetParameter("x", 5.0),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("parameters.x")));
  EXPECT_THAT(traj.status(), Not(IsOk()));
}

TEST(PresetsTest, ThatWereNeverUsedAreNamed) {
  Trajectory traj("t");
  ASSERT_THAT(traj.PresetParameter("x", 5.0), IsOk());
  ASSERT_THAT(traj.PresetParameter("y", 5.0), IsOk());
  ASSERT_THAT(traj.PresetConfig("c", 5.0), IsOk());
  traj.AddParameter("y", 1.0);
  EXPECT_THAT(traj.CheckPresets(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("config.c, parameters.x"),
                             Not(HasSubstr("parameters.y")))));
  EXPECT_THAT(traj.Explore(CartesianProduct(Axis{"y", Range({1.0, 2.0})})),
              IsOk());
}

TEST(PresetsTest, HaveTheTypeOfWhatIsAdded) {
  Trajectory traj("t");
  ASSERT_THAT(traj.PresetParameter("x", "text"), IsOk());
  const Key<double> x = traj.AddParameter("x", 1.0);
  EXPECT_THAT(traj.status(),
              StatusIs(kInvalid, AllOf(HasSubstr("parameters.x"),
                                       HasSubstr("float"), HasSubstr("str"))));
  EXPECT_EQ(traj[x], 0.0);
  EXPECT_FALSE(traj.Contains("x"));
}

TEST(PresetsTest, OfWhatCannotBeAreErrors) {
  const auto preset = [](const char* name, const Value& value) {
    Trajectory traj("t");
    return traj.PresetParameter(name, value);
  };
  EXPECT_THAT(preset("a b", 1), StatusIs(kInvalid, HasSubstr("a b")));
  EXPECT_THAT(preset("x", std::vector<double>()),
              StatusIs(kInvalid, HasSubstr("parameters.x")));
  EXPECT_THAT(preset("config.x", 1), StatusIs(kInvalid, HasSubstr("config.x")));
}

}  // namespace
}  // namespace cppet
