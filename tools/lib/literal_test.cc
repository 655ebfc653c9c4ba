#include "cppet/tools/lib/literal.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Value Plain(absl::string_view text) {
  const absl::StatusOr<Literal> literal = PlainLiteral(text);
  EXPECT_THAT(literal, IsOk());
  EXPECT_EQ(literal->text, text);
  return literal->value;
}

TEST(PlainLiteralTest, ReadsNumbers) {
  EXPECT_EQ(Plain("5"), Value(int64_t{5}));
  EXPECT_EQ(Plain("-5"), Value(int64_t{-5}));
  EXPECT_EQ(Plain("+007"), Value(int64_t{7}));
  EXPECT_EQ(Plain("0x1F"), Value(int64_t{31}));
  EXPECT_EQ(Plain("9223372036854775807"),
            Value(std::numeric_limits<int64_t>::max()));
  EXPECT_EQ(Plain("5.0"), Value(5.0));
  EXPECT_EQ(Plain("5."), Value(5.0));
  EXPECT_EQ(Plain("-.5"), Value(-0.5));
  EXPECT_EQ(Plain("1e-3"), Value(0.001));
  EXPECT_EQ(Plain("1.5E+3"), Value(1500.0));
  EXPECT_EQ(Plain("-.inf"), Value(-std::numeric_limits<double>::infinity()));
  EXPECT_TRUE(std::isnan(*Plain(".nan").As<double>()));
}

TEST(PlainLiteralTest, ReadsBoolsInYamlsOwnSpellings) {
  EXPECT_EQ(Plain("true"), Value(true));
  EXPECT_EQ(Plain("FALSE"), Value(false));
  EXPECT_EQ(Plain("yes"), Value("yes"));
}

TEST(PlainLiteralTest, TakesAllElseAsText) {
  for (const absl::string_view text :
       {"", "-", ".", "e5", "1e", "1_000", "0x", "0xg", "1.2.3", "inf", "nan",
        "5 nA", "--5", "1e5.0"}) {
    EXPECT_EQ(Plain(text), Value(std::string(text)));
  }
}

TEST(PlainLiteralTest, RefusesNumbersOutOfRange) {
  for (const absl::string_view text :
       {"9223372036854775808", "0xffffffffffffffffff", "1e999"}) {
    EXPECT_THAT(PlainLiteral(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                             AllOf(HasSubstr(std::string(text)),
                                                   HasSubstr("out of range"))));
  }
}

TEST(FitLiteralTest, TakesIntsForFloats) {
  EXPECT_THAT(FitLiteral({int64_t{5}, "5"}, 0.5), IsOkAndHolds(Value(5.0)));
  EXPECT_THAT(FitLiteral({Value::List<int64_t>({1, 2}), ""},
                         Value::List<double>({0.5})),
              IsOkAndHolds(Value::List<double>({1, 2})));
  const Value ints = NdArray<int64_t>{{1, 2}, {1, 2}};
  const Value floats = NdArray<double>{{1, 2}, {1, 2}};
  EXPECT_THAT(FitLiteral({ints, ""}, floats), IsOkAndHolds(floats));
}

TEST(FitLiteralTest, TakesAScalarAsTypedForAString) {
  EXPECT_THAT(FitLiteral({int64_t{31}, "0x1f"}, "label"),
              IsOkAndHolds(Value("0x1f")));
  EXPECT_THAT(FitLiteral({true, "true"}, "label"), IsOkAndHolds(Value("true")));
}

TEST(FitLiteralTest, RefusesOtherTypesAndSaysWhatToDo) {
  EXPECT_THAT(FitLiteral({7.5, "7.5"}, int64_t{5}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("7.5 is of type float"),
                             HasSubstr("of type int"),
                             HasSubstr("write its default as 5.0"))));
  EXPECT_THAT(FitLiteral({"a", "a"}, 5.0),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FitLiteral({true, "true"}, int64_t{5}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FitLiteral({(int64_t{1} << 53) + 1, ""}, 0.5),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cppet
