#include "cppet/tools/lib/yaml_literal.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml-cpp/yaml.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Value Read(const std::string& yaml) {
  const absl::StatusOr<Literal> literal = ReadLiteral(YAML::Load(yaml));
  EXPECT_THAT(literal, IsOk()) << yaml;
  return literal.ok() ? literal->value : Value();
}

TEST(ReadLiteralTest, ReadsScalars) {
  EXPECT_EQ(Read("5"), Value(int64_t{5}));
  EXPECT_EQ(Read("5.0"), Value(5.0));
  EXPECT_EQ(Read("true"), Value(true));
  EXPECT_EQ(Read("a b"), Value("a b"));
}

TEST(ReadLiteralTest, TakesQuotedScalarsAsText) {
  EXPECT_EQ(Read("\"5\""), Value("5"));
  EXPECT_EQ(Read("'true'"), Value("true"));
  EXPECT_EQ(Read("!!str 5"), Value("5"));
}

TEST(ReadLiteralTest, ReadsListsAndArrays) {
  EXPECT_EQ(Read("[1, 2]"), Value::List<int64_t>({1, 2}));
  EXPECT_EQ(Read("[1, 2.5]"), Value::List<double>({1, 2.5}));
  EXPECT_EQ(Read("[a, 'b']"), Value::List<std::string>({"a", "b"}));
  EXPECT_EQ(Read("[[1, 2], [3, 4]]"),
            Value(NdArray<int64_t>{{2, 2}, {1, 2, 3, 4}}));
}

TEST(ReadLiteralTest, SaysWhereItStands) {
  const absl::StatusOr<Literal> literal =
      ReadLiteral(YAML::Load("a: 1\nbc:   5")["bc"]);
  ASSERT_THAT(literal, IsOk());
  EXPECT_EQ(literal->line, 2);
  EXPECT_EQ(literal->column, 7);
}

TEST(ReadLiteralTest, RefusesWhatIsNoValue) {
  for (const std::string yaml :
       {"~", "", "null", "[]", "[[]]", "{a: 1}", "[1, a]", "[[1], 2]", "[~]",
        "1e999", "!!binary aGk="}) {
    EXPECT_THAT(ReadLiteral(YAML::Load(yaml)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << yaml;
  }
}

TEST(ReadLiteralTest, RefusesDeepNesting) {
  EXPECT_THAT(
      ReadLiteral(
          YAML::Load(std::string(50, '[') + "1" + std::string(50, ']'))),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too deeply")));
}

TEST(ParseLiteralTest, TakesOnlyBracketsAndQuotesAsYaml) {
  EXPECT_THAT(ParseLiteral("[1, 2]"), IsOk());
  EXPECT_EQ(ParseLiteral(" 0.5 ")->value, Value(0.5));
  EXPECT_EQ(ParseLiteral("'5'")->value, Value("5"));
  EXPECT_EQ(ParseLiteral("a: b")->value, Value("a: b"));
  EXPECT_EQ(ParseLiteral("# no comment")->value, Value("# no comment"));
  EXPECT_EQ(ParseLiteral("")->value, Value(""));
  EXPECT_THAT(ParseLiteral("[1, 2"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("'[1, 2' is no YAML")));
}

TEST(ParseLiteralsTest, SplitsAtCommas) {
  const auto literals = ParseLiterals("1,2.5,a,\"x,y\"");
  ASSERT_THAT(literals, IsOkAndHolds(SizeIs(4)));
  EXPECT_EQ((*literals)[0].value, Value(int64_t{1}));
  EXPECT_EQ((*literals)[1].value, Value(2.5));
  EXPECT_EQ((*literals)[2].value, Value("a"));
  EXPECT_EQ((*literals)[3].value, Value("x,y"));
  EXPECT_THAT(ParseLiterals(""), IsOkAndHolds(SizeIs(0)));
  EXPECT_THAT(ParseLiterals("1,,2"), Not(IsOk()));
}

}  // namespace
}  // namespace cppet
