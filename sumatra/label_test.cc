#include "cppet/sumatra/label.h"

#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/sumatra/calendar_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr double kStart = 1795645857;  // 2026-11-25 22:30:57 UTC

TEST(CheckLabelFormTest, TakesLettersDigitsUnderscoresAndHyphens) {
  for (const std::string label : {"a", "7", "_", "A-b_9-", "20261125-223057"}) {
    EXPECT_THAT(CheckLabelForm(label), IsOk()) << label;
  }
  EXPECT_THAT(CheckLabelForm(std::string(100, 'a')), IsOk());
}

TEST(CheckLabelFormTest, RefusesAllElse) {
  for (const std::string label :
       {"", "-a", "a.b", "a b", "a/b", "a:b", "a\n", "ä", "\xff"}) {
    EXPECT_THAT(CheckLabelForm(label),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not")))
        << label;
  }
  EXPECT_THAT(CheckLabelForm(std::string(101, 'a')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(MakeLabelTest, FormatsTheStart) {
  EXPECT_THAT(MakeLabel({}, kStart, Zone::kUtc),
              IsOkAndHolds("20261125-223057"));
}

TEST(MakeLabelTest, ReplacesWhatNoLabelHas) {
  const auto label = [](const std::string& format) {
    LabelRule rule;
    rule.timestamp_format = format;
    return MakeLabel(rule, kStart, Zone::kUtc).value();
  };
  EXPECT_EQ(label("%Y/%m/%d %H:%M"), "2026_11_25_22_30");
  EXPECT_EQ(label("-%Y"), "_2026");
  EXPECT_EQ(label(""), "_");
  EXPECT_EQ(label(std::string(200, 'x')), std::string(90, 'x'));
}

TEST(MakeLabelTest, DrawsTheEndOfAUuid) {
  LabelRule rule;
  rule.source = LabelRule::Source::kUuid;
  const std::string label = MakeLabel(rule, kStart, Zone::kUtc).value();
  EXPECT_THAT(label, MatchesRegex("[0-9a-f]{12}"));
  EXPECT_NE(MakeLabel(rule, kStart, Zone::kUtc).value(), label);
}

TEST(NumberedLabelTest, CountsFromTwo) {
  EXPECT_EQ(NumberedLabel("a", 1), "a");
  EXPECT_EQ(NumberedLabel("a", 2), "a_2");
  EXPECT_EQ(NumberedLabel("a", 13), "a_13");
}

}  // namespace
}  // namespace cppet
