#include "cppet/tools/lib/axis_spec.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<Range> FromFlag(const std::string& text, const Value& model) {
  const absl::StatusOr<AxisSpec> axis = ParseAxisFlag(text);
  if (!axis.ok()) return axis.status();
  return MakeRange(*axis, model);
}

std::vector<Value> Values(const std::string& text, const Value& model) {
  const absl::StatusOr<Range> range = FromFlag(text, model);
  EXPECT_THAT(range, IsOk());
  return range.ok() ? range->ToVector() : std::vector<Value>();
}

AxisSpec Computed(AxisSpec::Kind kind, std::vector<Value> numbers) {
  AxisSpec axis{"x", kind};
  for (const Value& number : numbers) axis.values.push_back({number, ""});
  axis.where = "s.yaml:1:2: explore.x";
  return axis;
}

TEST(ParseAxisFlagTest, ReadsValues) {
  EXPECT_THAT(Values("x=1,2.5", 0.0), ElementsAre(Value(1.0), Value(2.5)));
  EXPECT_THAT(Values("x=1,2", int64_t{0}),
              ElementsAre(Value(int64_t{1}), Value(int64_t{2})));
  EXPECT_THAT(Values("x=a,5", "default"), ElementsAre(Value("a"), Value("5")));
  EXPECT_THAT(Values("x=a:b:c", "default"), ElementsAre(Value("a:b:c")));
  EXPECT_THAT(
      Values("x=[1,2],[3,4]", Value::List<double>({0, 0})),
      ElementsAre(Value::List<double>({1, 2}), Value::List<double>({3, 4})));
}

TEST(ParseAxisFlagTest, ReadsLinspaces) {
  EXPECT_THAT(Values("x=-1:1:3", 0.0),
              ElementsAre(Value(-1.0), Value(0.0), Value(1.0)));
  EXPECT_THAT(
      Values("x=0:10:3", int64_t{0}),
      ElementsAre(Value(int64_t{0}), Value(int64_t{5}), Value(int64_t{10})));
}

TEST(ParseAxisFlagTest, RefusesWhatIsNoAxis) {
  for (const std::string text : {"x", "=1", "x=", "x=1,,2", "x=[1", ""}) {
    EXPECT_THAT(ParseAxisFlag(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("--explore=" + text)));
  }
}

TEST(MakeRangeTest, ComputesFloats) {
  EXPECT_THAT(MakeRange(Computed(AxisSpec::Kind::kLogspace,
                                 {int64_t{0}, int64_t{2}, int64_t{3}}),
                        0.0)
                  ->ToVector(),
              ElementsAre(Value(1.0), Value(10.0), Value(100.0)));
  EXPECT_THAT(
      MakeRange(Computed(AxisSpec::Kind::kRange, {int64_t{0}, 1.0, 0.5}), 0.0)
          ->ToVector(),
      ElementsAre(Value(0.0), Value(0.5)));
}

TEST(MakeRangeTest, ComputesIntsForIntParameters) {
  EXPECT_THAT(
      MakeRange(Computed(AxisSpec::Kind::kRange,
                         {int64_t{0}, int64_t{5}, int64_t{2}}),
                int64_t{1})
          ->ToVector(),
      ElementsAre(Value(int64_t{0}), Value(int64_t{2}), Value(int64_t{4})));
  EXPECT_THAT(MakeRange(Computed(AxisSpec::Kind::kLinspace,
                                 {int64_t{3}, int64_t{3}, int64_t{1}}),
                        int64_t{1})
                  ->ToVector(),
              ElementsAre(Value(int64_t{3})));
}

TEST(MakeRangeTest, RefusesOtherTypesWithTheirPlace) {
  EXPECT_THAT(FromFlag("x=1,7.5", int64_t{5}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--explore=x=1,7.5: value 2"),
                             HasSubstr("default as 5.0"))));
  EXPECT_THAT(
      FromFlag("x=0:1:3", int64_t{5}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not all whole")));
  EXPECT_THAT(
      FromFlag("x=0:1:3", "a"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("of type str")));
  AxisSpec axis = Computed(AxisSpec::Kind::kValues, {1.0});
  axis.values.push_back({"a", "a", 7, 3});
  axis.values_file = "points.csv";
  EXPECT_THAT(MakeRange(axis, 0.0),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("s.yaml:1:2: explore.x: points.csv:7:3: "
                                 "value 2: 'a'")));
}

TEST(MakeRangeTest, RefusesBadNumbersWithTheirPlace) {
  EXPECT_THAT(FromFlag("x=0:1:0", 0.5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("--explore=x=0:1:0: ")));
  EXPECT_THAT(FromFlag("x=0:1:2.5", 0.5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2.5 is no count")));
  EXPECT_THAT(
      MakeRange(Computed(AxisSpec::Kind::kRange, {0.0, 1.0, -1.0}), 0.0),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("explore.x")));
}

}  // namespace
}  // namespace cppet
