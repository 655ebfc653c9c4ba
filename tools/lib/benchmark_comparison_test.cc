#include "cppet/tools/lib/benchmark_comparison.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/tools/lib/benchmark_times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

auto Row(const std::string& name, std::optional<double> before,
         std::optional<double> now, std::optional<double> ratio,
         BenchmarkVerdict verdict) {
  return AllOf(Field("name", &BenchmarkComparison::name, name),
               Field("before", &BenchmarkComparison::before, before),
               Field("now", &BenchmarkComparison::now, now),
               Field("ratio", &BenchmarkComparison::ratio, ratio),
               Field("verdict", &BenchmarkComparison::verdict, verdict));
}

auto Compared(const std::string& name, double before, double now,
              BenchmarkVerdict verdict) {
  return Row(name, before, now, now / before, verdict);
}

TEST(BenchmarkComparisonTest, SaysWhatIsSlowerAndWhatIsFaster) {
  EXPECT_THAT(CompareBenchmarkTimes(
                  {{"a", 100}, {"b", 100}, {"c", 100}, {"d", 100}, {"e", 100}},
                  {{"a", 124}, {"b", 126}, {"c", 81}, {"d", 79}, {"e", 100}}),
              IsOkAndHolds(ElementsAre(
                  Compared("a", 100, 124, BenchmarkVerdict::kSame),
                  Compared("b", 100, 126, BenchmarkVerdict::kSlower),
                  Compared("c", 100, 81, BenchmarkVerdict::kSame),
                  Compared("d", 100, 79, BenchmarkVerdict::kFaster),
                  Compared("e", 100, 100, BenchmarkVerdict::kSame))));
}

TEST(BenchmarkComparisonTest, TakesTheRatioThatIsAskedFor) {
  const std::vector<BenchmarkTime> before = {{"a", 2}};
  EXPECT_THAT(
      CompareBenchmarkTimes(before, {{"a", 4}}, {.max_ratio = 2}),
      IsOkAndHolds(ElementsAre(Compared("a", 2, 4, BenchmarkVerdict::kSame))));
  EXPECT_THAT(CompareBenchmarkTimes(before, {{"a", 4.01}}, {.max_ratio = 2}),
              IsOkAndHolds(ElementsAre(
                  Compared("a", 2, 4.01, BenchmarkVerdict::kSlower))));
  EXPECT_THAT(
      CompareBenchmarkTimes(before, {{"a", 2}}, {.max_ratio = 1}),
      IsOkAndHolds(ElementsAre(Compared("a", 2, 2, BenchmarkVerdict::kSame))));
}

TEST(BenchmarkComparisonTest, ListsTheNewOnesBehindTheOthers) {
  EXPECT_THAT(
      CompareBenchmarkTimes({{"gone", 1}, {"z", 1}, {"a", 1}},
                            {{"y", 2}, {"a", 1}, {"b", 3}, {"z", 1}}),
      IsOkAndHolds(ElementsAre(
          Row("gone", 1, std::nullopt, std::nullopt, BenchmarkVerdict::kGone),
          Compared("z", 1, 1, BenchmarkVerdict::kSame),
          Compared("a", 1, 1, BenchmarkVerdict::kSame),
          Row("y", std::nullopt, 2, std::nullopt, BenchmarkVerdict::kNew),
          Row("b", std::nullopt, 3, std::nullopt, BenchmarkVerdict::kNew))));
}

TEST(BenchmarkComparisonTest, ComparesWhatTheFilterFinds) {
  const std::vector<BenchmarkTime> before = {
      {"BM_Load/4", 1}, {"BM_Store/4", 1}, {"BM_Store/8", 1}};
  const std::vector<BenchmarkTime> now = {
      {"BM_Load/4", 9}, {"BM_Store/4", 1}, {"BM_Merge/4", 0, "failed"}};
  EXPECT_THAT(CompareBenchmarkTimes(before, now, {.filter = "(Store|Save)/4$"}),
              IsOkAndHolds(ElementsAre(
                  Compared("BM_Store/4", 1, 1, BenchmarkVerdict::kSame))));
  EXPECT_THAT(CompareBenchmarkTimes(before, now, {.filter = "^Store"}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "no benchmark that fits ^Store has a time in both "
                       "files"));
}

TEST(BenchmarkComparisonTest, RefusesBenchmarksThatFailNow) {
  EXPECT_THAT(
      CompareBenchmarkTimes({{"a", 1}, {"b", 1}},
                            {{"a", 1}, {"b", 0, "disk full"}}),
      StatusIs(absl::StatusCode::kFailedPrecondition, "b failed: disk full"));
  EXPECT_THAT(
      CompareBenchmarkTimes(
          {{"a", 1}}, {{"a", 1}, {"b", 0, "x"}, {"c", 0, "y"}, {"d", 0, "z"}}),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               "b failed: x; so did 2 more"));
}

TEST(BenchmarkComparisonTest, HasNoTimeOfBenchmarksThatFailedBefore) {
  EXPECT_THAT(
      CompareBenchmarkTimes({{"a", 1}, {"b", 0, "x"}, {"c", 0, "x"}},
                            {{"a", 1}, {"b", 2}}),
      IsOkAndHolds(ElementsAre(
          Compared("a", 1, 1, BenchmarkVerdict::kSame),
          Row("b", std::nullopt, 2, std::nullopt, BenchmarkVerdict::kNew))));
}

TEST(BenchmarkComparisonTest, RefusesToCompareNothing) {
  const auto nothing = StatusIs(absl::StatusCode::kFailedPrecondition,
                                "no benchmark has a time in both files");
  EXPECT_THAT(CompareBenchmarkTimes({{"a", 1}}, {{"b", 1}}), nothing);
  EXPECT_THAT(CompareBenchmarkTimes({{"a", 0, "failed"}}, {{"a", 1}}), nothing);
  EXPECT_THAT(CompareBenchmarkTimes({}, {}), nothing);
}

TEST(BenchmarkComparisonTest, RefusesWrongOptions) {
  const std::vector<BenchmarkTime> times = {{"a", 1}};
  for (const double ratio :
       {0.99, 0.0, -2.0, std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(
        CompareBenchmarkTimes(times, times, {.max_ratio = ratio}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ratio")))
        << ratio;
  }
  EXPECT_THAT(CompareBenchmarkTimes(times, times, {.filter = "a("}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the filter a(: ")));
}

TEST(BenchmarkComparisonTest, HasAWordForEachVerdict) {
  EXPECT_EQ(ToString(BenchmarkVerdict::kSame), "same");
  EXPECT_EQ(ToString(BenchmarkVerdict::kSlower), "slower");
  EXPECT_EQ(ToString(BenchmarkVerdict::kFaster), "faster");
  EXPECT_EQ(ToString(BenchmarkVerdict::kNew), "new");
  EXPECT_EQ(ToString(BenchmarkVerdict::kGone), "gone");
}

}  // namespace
}  // namespace cppet
