#include "cppet/storage/hdf5/api/text.h"

#include <string>

#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

TEST(WithoutTrailingNulsTest, KeepsNulsWithin) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(WithoutTrailingNuls(text), text);
  EXPECT_EQ(WithoutTrailingNuls(text + std::string(100, '\0')), text);
  EXPECT_EQ(WithoutTrailingNuls(std::string(13, '\0')), "");
  EXPECT_EQ(WithoutTrailingNuls(""), "");
}

TEST(FitTextTest, LeavesWhatFits) {
  EXPECT_EQ(FitText("", 4), "");
  EXPECT_EQ(FitText("text", 4), "text");
}

TEST(FitTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(FitText("long text", 8), "long ...");
  // Three bytes each.
  EXPECT_EQ(FitText("\u20ac\u20ac\u20ac\u20ac", 11), "\u20ac\u20ac...");
  EXPECT_EQ(FitText("\u20ac\u20ac\u20ac\u20ac", 8), "\u20ac...");
}

TEST(CleanUtf8Test, ReplacesOnlyWhatIsNoUtf8) {
  EXPECT_EQ(CleanUtf8("Gr\u00f6\u00dfe \U0001F600"),
            "Gr\u00f6\u00dfe \U0001F600");
  EXPECT_EQ(CleanUtf8("a\xff\u00e4\xc3"), "a?\u00e4?");
  EXPECT_EQ(CleanUtf8(std::string("a\0\xfe", 3)), std::string("a\0?", 3));
}

}  // namespace
}  // namespace cppet::hdf5
