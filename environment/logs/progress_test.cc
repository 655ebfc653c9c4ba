#include "cppet/environment/logs/progress.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::SizeIs;

class ProgressTest : public ::testing::Test {
 protected:
  Progress Make(int64_t total, bool redraw, int width = 79) {
    ProgressOptions options;
    options.redraw = redraw;
    options.width = width;
    options.now = [this] { return now_; };
    return Progress(
        total,
        [this](absl::string_view text) {
          output_.append(text.data(), text.size());
        },
        options);
  }

  // A line that is drawn over.
  static std::string Redrawn(std::string line) {
    line.resize(79, ' ');
    return "\r" + line;
  }

  // What was written since the last time.
  std::string Output() { return std::exchange(output_, ""); }

  absl::Time now_ = absl::FromUnixSeconds(1000);
  std::string output_;
};

TEST_F(ProgressTest, RedrawsOneLine) {
  Progress progress = Make(200, /*redraw=*/true);
  now_ += absl::Seconds(1);
  progress.RunFinished(/*failed=*/false);
  EXPECT_EQ(Output(), Redrawn("[>                   ] 1/200 runs, 0 %, 1/s, "
                              "0:03:19 left"));
  for (int i = 0; i < 99; ++i) {
    now_ += absl::Milliseconds(10);
    progress.RunFinished(/*failed=*/i == 5);
  }
  now_ += absl::Seconds(1);
  Output();
  progress.RunFinished(/*failed=*/false);
  EXPECT_EQ(Output(),
            Redrawn("[==========>         ] 101/200 runs, 1 failed, 50 %, "
                    "33.8/s, 0:00:03 left"));
}

TEST_F(ProgressTest, RedrawsNotTooOften) {
  Progress progress = Make(1000000, /*redraw=*/true);
  for (int i = 0; i < 100000; ++i) {
    now_ += absl::Microseconds(10);
    progress.RunFinished(/*failed=*/false);
  }
  const std::vector<std::string> lines = absl::StrSplit(Output(), '\r');
  EXPECT_THAT(lines, SizeIs(11));
}

TEST_F(ProgressTest, EndsTheLineAtTheEnd) {
  Progress progress = Make(2, /*redraw=*/true);
  progress.RunFinished(/*failed=*/false);
  now_ += absl::Milliseconds(2500);
  progress.RunFinished(/*failed=*/true);
  Output();
  progress.Finish();
  progress.Finish();
  EXPECT_EQ(Output(),
            Redrawn("[====================] 2/2 runs, 1 failed, 100 %, "
                    "0.8/s, 0:00:03") +
                "\n");
}

TEST_F(ProgressTest, FitsANarrowTerminal) {
  Progress progress = Make(10, /*redraw=*/true, /*width=*/30);
  progress.RunFinished(/*failed=*/false);
  EXPECT_THAT(Output(), SizeIs(31));
}

TEST_F(ProgressTest, WritesALineForEachFivePercentButOneInTenSeconds) {
  Progress progress = Make(100, /*redraw=*/false);
  for (int i = 0; i < 30; ++i) {
    now_ += absl::Seconds(1);
    progress.RunFinished(/*failed=*/false);
  }
  EXPECT_EQ(Output(),
            "[==>                 ] 10/100 runs, 10 %, 1/s, 0:01:30 left\n"
            "[====>               ] 20/100 runs, 20 %, 1/s, 0:01:20 left\n"
            "[======>             ] 30/100 runs, 30 %, 1/s, 0:01:10 left\n");
  for (int i = 0; i < 9; ++i) {
    now_ += absl::Minutes(1);
    progress.RunFinished(/*failed=*/false);
  }
  EXPECT_EQ(
      Output(),
      "[=======>            ] 35/100 runs, 35 %, 0.106/s, 0:10:13 left\n");
}

TEST_F(ProgressTest, IsSilentBetweenStartAndEndOfFastRuns) {
  Progress progress = Make(100, /*redraw=*/false);
  for (int i = 0; i < 100; ++i) progress.RunFinished(/*failed=*/false);
  EXPECT_EQ(Output(), "");
  now_ += absl::Seconds(4);
  progress.Finish();
  EXPECT_EQ(Output(),
            "[====================] 100/100 runs, 100 %, 25/s, 0:00:04\n");
}

TEST_F(ProgressTest, GivesSlowRunsByTheHour) {
  Progress progress = Make(10, /*redraw=*/false);
  now_ += absl::Hours(2);
  progress.RunFinished(/*failed=*/false);
  EXPECT_EQ(Output(),
            "[==>                 ] 1/10 runs, 10 %, 0.5/h, 18:00:00 left\n");
}

}  // namespace
}  // namespace cppet
