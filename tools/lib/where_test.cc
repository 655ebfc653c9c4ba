#include "cppet/tools/lib/where.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string>& Columns() {
  static const auto& columns = *new std::vector<std::string>(
      {"idx", "status", "neuron.I", "on", "rate", "a.same", "b.same", "big"});
  return columns;
}

absl::StatusOr<bool> Evaluate(absl::string_view text) {
  const std::vector<std::optional<Value>> row = {
      int64_t{3},   "completed", 0.5, true,
      std::nullopt, 1.0,         2.0, (int64_t{1} << 53) + 1};
  CPPET_ASSIGN_OR_RETURN(const Where where, Where::Parse(text, Columns()));
  return where.Matches([&row](size_t column) { return row[column]; });
}

std::string ErrorOf(absl::string_view text) {
  const absl::StatusOr<bool> result = Evaluate(text);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  return std::string(result.status().message());
}

TEST(WhereTest, ComparesNumbers) {
  for (const absl::string_view text :
       {"idx == 3", "idx==3.0", "idx != 4", "idx < 4", "idx <= 3", "idx > 2",
        "idx >= 3", "neuron.I == 0.5", "neuron.I > -1e+3", "0.25 < neuron.I",
        "neuron.I == 5e-1", "idx < +4", "big != 9007199254740992",
        "neuron.I < .inf", "neuron.I != .nan"}) {
    EXPECT_THAT(Evaluate(text), IsOkAndHolds(true)) << text;
  }
  for (const absl::string_view text :
       {"idx == 4", "idx != 3", "idx < 3", "idx <= 2", "idx > 3", "idx >= 4",
        "neuron.I == .nan", "neuron.I < .nan"}) {
    EXPECT_THAT(Evaluate(text), IsOkAndHolds(false)) << text;
  }
}

TEST(WhereTest, ComparesTextsAndBools) {
  EXPECT_THAT(Evaluate("status == \"completed\""), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("'a' < status"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("status != 'not run'"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("on"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("on == true"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("on == false"), IsOkAndHolds(false));
}

TEST(WhereTest, BindsNotBeforeAndBeforeOr) {
  EXPECT_THAT(Evaluate("true || true && false"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("(true || true) && false"), IsOkAndHolds(false));
  EXPECT_THAT(Evaluate("!false && !(idx == 4)"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("!idx == 4"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("! ! on"), IsOkAndHolds(true));
  EXPECT_THAT(Evaluate("false || false || on"), IsOkAndHolds(true));
}

TEST(WhereTest, FindsColumnsByTheLastPartOfTheirNames) {
  EXPECT_THAT(Evaluate("I == 0.5"), IsOkAndHolds(true));
  EXPECT_THAT(ErrorOf("same == 1"), HasSubstr("a.same or b.same"));
  EXPECT_THAT(Evaluate("a.same < b.same"), IsOkAndHolds(true));
}

TEST(WhereTest, HoldsForNoRowWithoutTheValue) {
  EXPECT_THAT(Evaluate("rate == 1"), IsOkAndHolds(false));
  EXPECT_THAT(Evaluate("rate != 1"), IsOkAndHolds(false));
  EXPECT_THAT(Evaluate("rate"), IsOkAndHolds(false));
}

TEST(WhereTest, SaysWhereItIsWrong) {
  EXPECT_THAT(ErrorOf(""), StartsWith("at 1: "));
  EXPECT_THAT(ErrorOf("idx = 3"), AllOf(StartsWith("at 5: "), HasSubstr("==")));
  EXPECT_THAT(ErrorOf("idx == "), AllOf(StartsWith("at 8: ")));
  EXPECT_THAT(ErrorOf("(idx == 3"), AllOf(StartsWith("at 10: ")));
  EXPECT_THAT(ErrorOf("idx == 3)"),
              AllOf(StartsWith("at 9: "), HasSubstr("unexpected ')'")));
  EXPECT_THAT(ErrorOf("idx == 'a"), AllOf(StartsWith("at 8: ")));
  EXPECT_THAT(ErrorOf("idx == 3x"), HasSubstr("3x is no number"));
  EXPECT_THAT(ErrorOf("idx & on"), HasSubstr("unexpected '&'"));
  EXPECT_THAT(ErrorOf("1 < idx < 3"), HasSubstr("unexpected '<'"));
  EXPECT_THAT(ErrorOf("on && statu == 'a'"),
              AllOf(StartsWith("at 7: "), HasSubstr("mean status?")));
  EXPECT_THAT(ErrorOf("zzzzzz"), HasSubstr("there are idx, status"));
}

TEST(WhereTest, RefusesToCompareOtherTypes) {
  EXPECT_THAT(
      ErrorOf("status == 3"),
      AllOf(StartsWith("at 8: "), HasSubstr("cannot compare str with int")));
  EXPECT_THAT(ErrorOf("on == 1"), HasSubstr("cannot compare bool with int"));
  EXPECT_THAT(ErrorOf("idx"), HasSubstr("int is neither true nor false"));
}

TEST(WhereTest, RefusesDeepNesting) {
  EXPECT_THAT(ErrorOf(std::string(100000, '(')), HasSubstr("too deeply"));
  EXPECT_THAT(ErrorOf(std::string(100000, '!')), HasSubstr("too deeply"));
}

}  // namespace
}  // namespace cppet
