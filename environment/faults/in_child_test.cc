#include "cppet/environment/faults/in_child.h"

#include <signal.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

TEST(CallInChildTest, ReturnsWhatTheCallReturned) {
  const std::string long_text(1 << 20, 'x');
  EXPECT_THAT(CallInChild([&] { return long_text; }, absl::Seconds(10)),
              IsOkAndHolds(long_text));
}

TEST(CallInChildTest, SurvivesACrash) {
  EXPECT_THAT(CallInChild(
                  [] {
                    raise(SIGABRT);  // which sanitizers leave alone
                    return std::string();
                  },
                  absl::Seconds(10)),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("signal 6")));
}

TEST(CallInChildTest, EndsOneThatHangs) {
  EXPECT_THAT(CallInChild(
                  [] {
                    while (true) pause();
                    return std::string();
                  },
                  absl::Milliseconds(100)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(WaitForChildTest, DoesNotWaitLongerThanItShould) {
  const auto child = StartChild([] {
    while (true) pause();
    return 0;
  });
  ASSERT_THAT(child, IsOk());
  EXPECT_THAT(WaitForChild(*child, absl::Milliseconds(10)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_FALSE(HasEnded(*child));
  kill(*child, SIGKILL);
  const auto status = WaitForChild(*child, absl::Seconds(10));
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(DescribeEnd(*status), "was killed by signal 9 (Killed)");
}

}  // namespace
}  // namespace cppet
