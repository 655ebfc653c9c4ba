// What pypet finds out when it runs, and a C++ compiler before.

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cppet/trajectory/merge_plan.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

// Run is a name of GoogleTest, too.
using SingleRun = Run;
using TrajectoryOfARun = decltype(std::declval<SingleRun&>().trajectory());

// True if the function object `call` can be called with a T.
template <typename T, typename Call>
constexpr bool Allows(Call) {
  return std::is_invocable_v<Call, T>;
}

TEST(RefusedByCompilerTest, AValueIsOfATypeThatCanBeStored) {
  struct Object {};
  static_assert(std::is_constructible_v<Value, double>);
  static_assert(!std::is_constructible_v<Value, Object>);
  static_assert(!std::is_constructible_v<Value, std::tuple<int, std::string>>);
  static_assert(!std::is_constructible_v<Value, std::nullptr_t>);
}

TEST(RefusedByCompilerTest, ATrajectoryTakesNoOtherArguments) {
  static_assert(std::is_constructible_v<Trajectory, const char*, const char*>);
  static_assert(!std::is_constructible_v<Trajectory, const char*, int>);
  static_assert(
      !std::is_constructible_v<Trajectory, const char*, const char*, int>);
}

TEST(RefusedByCompilerTest, ARunDoesNotChangeItsTrajectory) {
  constexpr auto explore =
      [](auto& traj) -> decltype(void(traj.Explore(Space()))) {};
  constexpr auto set = [](auto& traj) -> decltype(void(traj.Set("x", 1))) {};
  constexpr auto add =
      [](auto& traj) -> decltype(void(traj.AddConfig("x", 1))) {};
  static_assert(Allows<Trajectory&>(explore));
  static_assert(!Allows<TrajectoryOfARun>(explore));
  static_assert(Allows<Trajectory&>(set));
  static_assert(!Allows<TrajectoryOfARun>(set));
  static_assert(Allows<Trajectory&>(add));
  static_assert(!Allows<TrajectoryOfARun>(add));
}

TEST(RefusedByCompilerTest, ARunKeepsItsIndex) {
  static_assert(
      !std::is_assignable_v<decltype(std::declval<SingleRun&>().index()),
                            int64_t>);
  static_assert(!std::is_copy_assignable_v<SingleRun>);
}

TEST(RefusedByCompilerTest, OnlyTrajectoriesAreMerged) {
  using Merge = decltype(PlanMerge);
  static_assert(std::is_invocable_v<Merge, Trajectory&, Trajectory&,
                                    const MergeOptions&>);
  static_assert(
      !std::is_invocable_v<Merge, Trajectory&, int, const MergeOptions&>);
}

}  // namespace
}  // namespace cppet
