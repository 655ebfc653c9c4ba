#include "cppet/storage/journal/faults/isolated.h"

#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(60);

TEST(IsolatedTest, ReturnsWhatIsSaid) {
  const IsolatedResult result = RunIsolated(
      [](const auto& say) {
        say("a");
        say(std::string(1 << 20, 'b'));
      },
      kLong);
  EXPECT_TRUE(result.ended_well);
  EXPECT_EQ(result.output, "a" + std::string(1 << 20, 'b'));
}

TEST(IsolatedTest, OutlivesACrash) {
  const IsolatedResult result = RunIsolated(
      [](const auto& say) {
        say("before");
        signal(SIGSEGV, SIG_DFL);  // sanitizers handle it
        kill(getpid(), SIGSEGV);
      },
      kLong);
  EXPECT_FALSE(result.ended_well);
  EXPECT_EQ(result.output, "before");
  EXPECT_THAT(result.end, HasSubstr("crashed by signal 11"));
}

TEST(IsolatedTest, EndsWhatHangs) {
  const IsolatedResult result = RunIsolated(
      [](const auto& say) {
        say("before");
        for (;;) pause();
      },
      absl::Milliseconds(100));
  EXPECT_FALSE(result.ended_well);
  EXPECT_EQ(result.output, "before");
  EXPECT_EQ(result.end, "hung for 100ms");
}

TEST(IsolatedTest, TellsAnExitFromAnEnd) {
  const IsolatedResult result =
      RunIsolated([](const auto&) { _exit(3); }, kLong);
  EXPECT_FALSE(result.ended_well);
  EXPECT_EQ(result.end, "exited with code 3");
}

TEST(IsolatedTest, RunsAllAtOnce) {
  const std::vector<IsolatedResult> results = RunAllIsolated(
      3, [](int number, const auto& say) { say(absl::StrCat(number)); });
  ASSERT_EQ(results.size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(results[i].ended_well);
    EXPECT_EQ(results[i].output, absl::StrCat(i));
  }
}

}  // namespace
}  // namespace cppet
