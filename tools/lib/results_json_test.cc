#include "cppet/tools/lib/results_json.h"

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;

std::vector<std::pair<std::string, Value>> Results(absl::string_view json) {
  const absl::StatusOr<JsonResults> results = ParseJsonResults(json);
  EXPECT_THAT(results, IsOk());
  return results.ok() ? results->results
                      : std::vector<std::pair<std::string, Value>>();
}

std::string ErrorOf(absl::string_view json) {
  const absl::StatusOr<JsonResults> results = ParseJsonResults(json);
  EXPECT_THAT(results, StatusIs(absl::StatusCode::kInvalidArgument)) << json;
  return std::string(results.status().message());
}

TEST(ResultsJsonTest, KeepsTypes) {
  EXPECT_THAT(Results(R"({"i": -5, "f": 5.0, "e": 1e3, "b": true, "s": "ä"})"),
              ElementsAre(Pair("i", Value(int64_t{-5})), Pair("f", Value(5.0)),
                          Pair("e", Value(1000.0)), Pair("b", Value(true)),
                          Pair("s", Value("ä"))));
  EXPECT_THAT(Results("{}"), IsEmpty());
}

TEST(ResultsJsonTest, MakesArraysOfLists) {
  EXPECT_THAT(
      Results(R"({"a": [[1, 2], [3, 4]], "b": [1, 0.5], "s": ["x"], "n": []})"),
      ElementsAre(Pair("a", Value(NdArray<int64_t>{{2, 2}, {1, 2, 3, 4}})),
                  Pair("b", Value(std::vector<double>{1, 0.5})),
                  Pair("s", Value(std::vector<std::string>{"x"})),
                  Pair("n", Value(std::vector<double>()))));
}

TEST(ResultsJsonTest, MakesGroupsOfObjects) {
  EXPECT_THAT(Results(R"({"a": {"b": {"x": 1}, "y": 2}, "c": {}, "z": 3})"),
              ElementsAre(Pair("a.b.x", Value(int64_t{1})),
                          Pair("a.y", Value(int64_t{2})),
                          Pair("z", Value(int64_t{3}))));
}

TEST(ResultsJsonTest, LeavesNullsOutAndSaysSo) {
  const absl::StatusOr<JsonResults> results =
      ParseJsonResults(R"({"a": null, "b": {"c": null}, "d": 1})");
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(results->results, ElementsAre(Pair("d", Value(int64_t{1}))));
  EXPECT_THAT(results->nulls, ElementsAre("a", "b.c"));
}

TEST(ResultsJsonTest, ReadsFloatsThatAreNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto results = Results(
      R"({"n": NaN, "i": Infinity, "s": "NaN \" Infinity", "a": [1, -Infinity]})");
  ASSERT_EQ(results.size(), 4);
  EXPECT_TRUE(std::isnan(*results[0].second.As<double>()));
  EXPECT_EQ(results[1].second, Value(infinity));
  EXPECT_EQ(results[2].second, Value("NaN \" Infinity"));
  EXPECT_EQ(results[3].second, Value(std::vector<double>{1, -infinity}));
}

TEST(ResultsJsonTest, SaysWhereTextIsNoJson) {
  EXPECT_THAT(ErrorOf("{\"a\": 1,\n \"b\": ?}"),
              AllOf(StartsWith("no JSON at 2:7: "), HasSubstr("invalid")));
  EXPECT_THAT(ErrorOf("{\"a\": NaN, \"b\": Infinity, ?}"),
              StartsWith("no JSON at 1:27: "));
  EXPECT_THAT(ErrorOf("{\"a\": 1"), StartsWith("no JSON at 1:8: "));
  EXPECT_THAT(ErrorOf(""), StartsWith("no JSON at 1:1: "));
  EXPECT_THAT(ErrorOf("{\"a\": 1} x"), StartsWith("no JSON at 1:10: "));
  EXPECT_THAT(ErrorOf("{\"a\": \"\xff\"}"), StartsWith("no JSON at 1:8: "));
  EXPECT_THAT(ErrorOf("{\"a\": 1e999}"), HasSubstr("1e999"));
}

TEST(ResultsJsonTest, RefusesWhatIsNoObject) {
  for (const std::string json :
       {"[1]", "5", "\"a\"", "null", "NaN", "99999999999999999999", "true"}) {
    EXPECT_THAT(ErrorOf(json), HasSubstr("no object")) << json;
  }
}

TEST(ResultsJsonTest, NamesTheResultThatIsWrong) {
  EXPECT_THAT(ErrorOf(R"({"a": {"b": [[1], [1, 2]]}})"),
              AllOf(StartsWith("a.b: "), HasSubstr("ragged")));
  EXPECT_THAT(ErrorOf(R"({"a": [1, "x"]})"),
              AllOf(StartsWith("a: "), HasSubstr("mixed")));
  EXPECT_THAT(ErrorOf(R"({"a": [1, null]})"),
              AllOf(StartsWith("a: "), HasSubstr("null")));
  EXPECT_THAT(ErrorOf(R"({"a": [{"b": 1}]})"),
              AllOf(StartsWith("a: "), HasSubstr("object")));
  EXPECT_THAT(ErrorOf(R"({"a": 9223372036854775808})"),
              AllOf(StartsWith("a: "), HasSubstr("9223372036854775808")));
  EXPECT_THAT(ErrorOf(R"({"a": -99999999999999999999})"), HasSubstr("64 bits"));
  EXPECT_THAT(ErrorOf(R"({"a b": 1})"), HasSubstr("'a b'"));
  EXPECT_THAT(ErrorOf(R"({"": 1})"), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf(R"({"a": 1, "a": 2})"),
              AllOf(StartsWith("a: "), HasSubstr("twice")));
}

TEST(ResultsJsonTest, RefusesDeepNesting) {
  std::string objects = "{\"a\": 1}";
  for (int i = 0; i < 100; ++i) objects = "{\"a\": " + objects + "}";
  EXPECT_THAT(ErrorOf(objects), HasSubstr("too deeply"));
  EXPECT_THAT(ErrorOf("{\"a\": " + std::string(100000, '[') + "1" +
                      std::string(100000, ']') + "}"),
              HasSubstr("too deeply"));
}

}  // namespace
}  // namespace cppet
