#include "cppet/trajectory/range.h"

#include <sys/resource.h>

#include <cstdint>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Axis kX = {"x", Range({1, 2})};
const Axis kY = {"y", Range({6.0, 7.0, 8.0})};

// In KiB.
#ifdef __SANITIZE_ADDRESS__
// It keeps what was freed for a while.
constexpr int64_t kMostMemory = 64 << 10;
#else
constexpr int64_t kMostMemory = 1 << 10;
#endif

std::vector<Value> Values(const Range& range) { return range.ToVector(); }

TEST(RangeTest, ComputesLinspaceWithBothEnds) {
  EXPECT_THAT(Values(Linspace(0, 1, 5)),
              ElementsAre(0.0, 0.25, 0.5, 0.75, 1.0));
  EXPECT_THAT(Values(Linspace(3, 9, 1)), ElementsAre(3.0));
  EXPECT_EQ(Linspace(0, 1.01, 102)[101], Value(1.01));
}

TEST(RangeTest, ComputesLogspace) {
  EXPECT_THAT(Values(Logspace(0, 2, 3)), ElementsAre(1.0, 10.0, 100.0));
}

TEST(RangeTest, ComputesArangeWithoutItsEnd) {
  EXPECT_THAT(Values(Arange(0, 6, 2)),
              ElementsAre(int64_t{0}, int64_t{2}, int64_t{4}));
  EXPECT_THAT(Values(Arange(3, 0, -2)), ElementsAre(int64_t{3}, int64_t{1}));
  EXPECT_THAT(Values(Arange(0.0, 1.0, 0.5)), ElementsAre(0.0, 0.5));
}

TEST(RangeTest, RefusesToBeEmpty) {
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no values"));
  EXPECT_THAT(Linspace(0, 1, 0).status(), refused);
  EXPECT_THAT(Arange(1, 1).status(), refused);
  EXPECT_THAT(Arange(0, 5, 0).status(), refused);
  EXPECT_THAT(Arange(0.0, 1.0, -0.5).status(), refused);
}

TEST(RangeTest, GoesOnWithAnotherRange) {
  const Range range = Range({1, 2}).Then(Range({3})).Then(Range({4, 5}));
  EXPECT_THAT(Values(range), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Values(range.Repeated(2, 10).Then(Range({6}))),
              ElementsAre(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6));
  EXPECT_THAT(Values(Range().Then(kX.range)), ElementsAre(1, 2));
  EXPECT_THAT(Values(kX.range.Then(Range())), ElementsAre(1, 2));
  EXPECT_THAT(kX.range.Then(Linspace(0, 1, 0)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(RangeTest, GoesOnAThousandTimes) {
  Range range = Range({0});
  const Range next = Range({1});
  for (int i = 0; i < 1000; ++i) range = range.Then(next);
  EXPECT_EQ(range.size(), 1001);
  EXPECT_EQ(range[0], Value(0));
  EXPECT_EQ(range[1000], Value(1));
}

TEST(CartesianProductTest, VariesTheLastAxisFastest) {
  const Space space = CartesianProduct(kX, kY);
  ASSERT_EQ(space.size(), 6);
  EXPECT_THAT(space[0], ElementsAre(1, 6.0));
  EXPECT_THAT(space[1], ElementsAre(1, 7.0));
  EXPECT_THAT(space[3], ElementsAre(2, 6.0));
  EXPECT_THAT(space[5], ElementsAre(2, 8.0));
}

TEST(CartesianProductTest, OfATrillionPointsCostsNothing) {
  const Space space = CartesianProduct(Axis{"x", Linspace(0, 1, 1'000'001)},
                                       Axis{"y", Arange(0, 1'000'000)});
  EXPECT_EQ(space.size(), int64_t{1'000'001'000'000});
  EXPECT_THAT(space[space.size() - 1], ElementsAre(1.0, int64_t{999'999}));
}

TEST(CartesianProductTest, NamesTheAxisWithoutValues) {
  EXPECT_THAT(CartesianProduct(kX, Axis{"empty", Range()}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("empty has no values")));
}

TEST(CartesianProductTest, RefusesMorePointsThanCanBeCounted) {
  const Range range = Arange(int64_t{0}, int64_t{1} << 40);
  EXPECT_THAT(CartesianProduct(Axis{"x", range}, Axis{"y", range}).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("y")));
}

TEST(CartesianProductTest, RefusesAParameterTwice) {
  EXPECT_THAT(CartesianProduct(kX, kX).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("x is explored twice")));
}

TEST(CartesianProductTest, VariesZippedAxesTogether) {
  const Space space = CartesianProduct(
      kX, Zip(Axis{"a", Range({3, 4})}, Axis{"b", Range({5, 6})}));
  ASSERT_EQ(space.size(), 4);
  EXPECT_THAT(space[0], ElementsAre(1, 3, 5));
  EXPECT_THAT(space[1], ElementsAre(1, 4, 6));
  EXPECT_THAT(space[2], ElementsAre(2, 3, 5));
  EXPECT_THAT(CartesianProduct(kX, Zip(kX)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("x is explored twice")));
  EXPECT_THAT(
      CartesianProduct(kX, Zip(kX, kY)).status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("y has 3")));
}

TEST(ZipTest, TakesValuesSideBySide) {
  const Space space = Zip(kX, Axis{"y", Linspace(0, 1, 2)});
  ASSERT_EQ(space.size(), 2);
  EXPECT_THAT(space[1], ElementsAre(2, 1.0));
}

TEST(ZipTest, NamesRangesOfUnequalLength) {
  EXPECT_THAT(Zip(kX, kY).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("x has 2"), HasSubstr("y has 3"))));
}

TEST(SpaceTest, TakesNoMemoryForTheManyPointsOfAGrid) {
  const auto most_memory = [] {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // in KiB
  };
  const int64_t before = most_memory();
  const Space space = CartesianProduct(
      {{"x", Arange(0, 1'000'000)}, {"y", Arange(0, 1'000'000)}});
  ASSERT_EQ(space.size(), int64_t{1'000'000'000'000});
  for (int64_t i = 0; i < space.size(); i += 10'000'019) {
    const std::vector<Value> point = space[i];
    ASSERT_EQ(point[0], Value(i / 1'000'000));
    ASSERT_EQ(point[1], Value(i % 1'000'000));
  }
  EXPECT_LT(most_memory() - before, kMostMemory);
}

}  // namespace
}  // namespace cppet
