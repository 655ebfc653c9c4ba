#include "cppet/trajectory/fitting.h"

#include <cstdint>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(FitValueTest, AnIntMayHaveAnotherWidthIfItFits) {
  EXPECT_THAT(FitValue("x", 1, int64_t{7}), IsOkAndHolds(Value(7)));
  EXPECT_THAT(FitValue("x", int64_t{1}, 7), IsOkAndHolds(Value(int64_t{7})));
  EXPECT_THAT(FitValue("x", 1, int64_t{1} << 40), StatusIs(kInvalid));
}

TEST(FitValueTest, NamesBothTypes) {
  EXPECT_THAT(FitValue("x", 1.0, 7),
              StatusIs(kInvalid, AllOf(HasSubstr("x is of type float"),
                                       HasSubstr("7 of type int"))));
  EXPECT_THAT(FitValue("x", 1, int16_t{7}),
              StatusIs(kInvalid, HasSubstr("int16")));
}

TEST(FitRangeTest, ConvertsEveryValue) {
  const absl::StatusOr<Range> range = FitRange("x", 1, Arange(0, 3));
  ASSERT_THAT(range, IsOk());
  EXPECT_THAT(range->ToVector(), ElementsAre(0, 1, 2));
}

TEST(FitRangeTest, FindsTheOneValueOfAnotherType) {
  const Range mixed = Range({1.0}).Then(Range({2.0, "a"})).Then(Range({3.0}));
  EXPECT_THAT(FitRange("x", 1.0, mixed),
              StatusIs(kInvalid, HasSubstr("'a' of type str")));
}

TEST(FittingTest, TakesArraysOfOtherShapes) {
  const Value model = std::vector<double>{1, 2};
  const Value longer = NdArray<double>{{1, 3}, {1, 2, 3}};
  EXPECT_THAT(FitValue("x", model, longer), IsOkAndHolds(longer));
  const auto range = FitRange("x", model, Range({model, longer}));
  ASSERT_THAT(range, IsOk());
  EXPECT_EQ((*range)[1], longer);
  EXPECT_THAT(FitValue("x", model, std::vector<float>{1, 2}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cppet
