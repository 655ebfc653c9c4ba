#include "cppet/tools/lib/printable_text.h"

#include <string>

#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(PrintableTextTest, PutsTextOnOneLine) {
  EXPECT_EQ(OneLine("a\tb\nc\r\x1b[0m", 80), "a\\tb\\nc\\r\\x1b[0m");
  EXPECT_EQ(OneLine("12345678", 8), "12345678");
  EXPECT_EQ(OneLine("123456789", 8), "12345...");
  EXPECT_EQ(OneLine("ääääääääää", 8), "äääää...");
}

TEST(PrintableTextTest, TakesTheLastLinesThatAreNotBlank) {
  EXPECT_EQ(LastLines("a\nb\n\nc \n\n", 2), "b\nc");
  EXPECT_EQ(LastLines("a", 2), "a");
  EXPECT_EQ(LastLines("\n\n", 2), "");
}

}  // namespace
}  // namespace cppet
