#include "cppet/base/utf8.h"

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(IsValidUtf8Test, TakesCharactersOfEveryLength) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("a"));
  EXPECT_TRUE(IsValidUtf8(absl::string_view("\0", 1)));
  EXPECT_TRUE(IsValidUtf8("\xC2\x80 \xC3\xA4 \xDF\xBF"));
  EXPECT_TRUE(
      IsValidUtf8("\xE0\xA0\x80 \xE2\x82\xAC \xED\x9F\xBF \xEF\xBF\xBF"));
  EXPECT_TRUE(IsValidUtf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST(IsValidUtf8Test, RefusesWhatIsNotWellFormed) {
  EXPECT_FALSE(IsValidUtf8("\x80")) << "starts with a continuation";
  EXPECT_FALSE(IsValidUtf8("a\xC3")) << "ends inside of a character";
  EXPECT_FALSE(IsValidUtf8("\xE2\x82")) << "ends inside of a character";
  EXPECT_FALSE(IsValidUtf8("\xC3(")) << "lacks a continuation";
  EXPECT_FALSE(IsValidUtf8("\xF0\x90\x80(")) << "lacks a continuation";
  EXPECT_FALSE(IsValidUtf8("\xC0\x80")) << "overlong";
  EXPECT_FALSE(IsValidUtf8("\xE0\x9F\xBF")) << "overlong";
  EXPECT_FALSE(IsValidUtf8("\xF0\x8F\xBF\xBF")) << "overlong";
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80")) << "surrogate";
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80")) << "above U+10FFFF";
  EXPECT_FALSE(IsValidUtf8("\xFF"));
}

TEST(TruncateUtf8Test, CutsBetweenCharacters) {
  const std::string text = "a\xC3\xA4\xF0\x9F\x98\x80";  // aä and an emoji
  EXPECT_EQ(TruncateUtf8(text, 100), text);
  EXPECT_EQ(TruncateUtf8(text, 7), text);
  EXPECT_EQ(TruncateUtf8(text, 6), "a\xC3\xA4");
  EXPECT_EQ(TruncateUtf8(text, 4), "a\xC3\xA4");
  EXPECT_EQ(TruncateUtf8(text, 3), "a\xC3\xA4");
  EXPECT_EQ(TruncateUtf8(text, 2), "a");
  EXPECT_EQ(TruncateUtf8(text, 0), "");
}

TEST(TruncateUtf8Test, CutsBytesThatAreNoUtf8AtTheLimit) {
  EXPECT_EQ(TruncateUtf8(std::string(10, '\x80'), 8), std::string(8, '\x80'));
}

TEST(Utf8LengthTest, CountsCodePoints) {
  EXPECT_EQ(Utf8Length(""), 0);
  EXPECT_EQ(Utf8Length("a\xC3\xA4\xF0\x9F\x98\x80"), 3);
}

TEST(CodePointTest, IsTakenAsItWasAppended) {
  for (const uint32_t code : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0x20ACu,
                              0xFFFFu, 0x10000u, 0x10FFFFu}) {
    std::string text;
    AppendCodePoint(code, &text);
    EXPECT_TRUE(IsValidUtf8(text)) << code;
    text += "a";
    absl::string_view rest = text;
    EXPECT_EQ(TakeCodePoint(&rest), code);
    EXPECT_EQ(rest, "a");
  }
}

TEST(CodePointTest, TakesNoMoreThanThereIs) {
  absl::string_view rest = "\xE2\x82";
  TakeCodePoint(&rest);
  EXPECT_EQ(rest, "");
}

TEST(ReplaceInvalidUtf8Test, ReplacesEachByteThatIsNoUtf8) {
  EXPECT_EQ(ReplaceInvalidUtf8("ä☃𝄞 a"), "ä☃𝄞 a");
  EXPECT_EQ(ReplaceInvalidUtf8("a\xff\xc3z"), "a\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(ReplaceInvalidUtf8(std::string("a\0b", 3)),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(ReplaceInvalidUtf8("\xe2\x98"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(ReplaceInvalidUtf8(""), "");
}

}  // namespace
}  // namespace cppet
