#include "cppet/environment/logs/line_cutter.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LineCutterTest : public ::testing::Test {
 protected:
  void Add(absl::string_view bytes) { cutter_.Add(bytes, take_); }

  // All that it gave since the last call.
  std::vector<std::string> Lines() { return std::exchange(lines_, {}); }

  std::vector<std::string> lines_;
  const std::function<void(absl::string_view)> take_ =
      [this](absl::string_view line) { lines_.emplace_back(line); };
  LineCutter cutter_{4};
};

TEST_F(LineCutterTest, GivesWholeLines) {
  Add("a\n\nb");
  EXPECT_THAT(Lines(), ElementsAre("a", ""));
  Add("c");
  EXPECT_THAT(Lines(), IsEmpty());
  Add("d\ne");
  EXPECT_THAT(Lines(), ElementsAre("bcd"));
}

TEST_F(LineCutterTest, GivesTheRestAtTheEnd) {
  cutter_.Finish(take_);
  EXPECT_THAT(Lines(), IsEmpty());
  Add("ab");
  cutter_.Finish(take_);
  EXPECT_THAT(Lines(), ElementsAre("ab"));
  cutter_.Finish(take_);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(LineCutterTest, CutsALongLine) {
  Add("abcdefghij\n");
  EXPECT_THAT(Lines(), ElementsAre("abcd", "efgh", "ij"));
  for (const char* byte : {"a", "b", "c", "d", "e", "f", "\n"}) Add(byte);
  EXPECT_THAT(Lines(), ElementsAre("abcd", "ef"));
}

TEST_F(LineCutterTest, DoesNotCutALineThatJustFits) {
  Add("abcd\nabcd");
  EXPECT_THAT(Lines(), ElementsAre("abcd"));
  Add("\n");
  EXPECT_THAT(Lines(), ElementsAre("abcd"));
}

TEST_F(LineCutterTest, LeavesBytesAsTheyAre) {
  const absl::string_view bytes("\0\xff\r", 3);
  Add(bytes);
  Add("\n");
  EXPECT_THAT(Lines(), ElementsAre(bytes));
}

}  // namespace
}  // namespace cppet
