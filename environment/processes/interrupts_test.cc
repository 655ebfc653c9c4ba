#include "cppet/environment/processes/interrupts.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

bool Readable(int fd) {
  pollfd poll_fd = {fd, POLLIN, 0};
  return poll(&poll_fd, 1, 0) == 1;
}

TEST(InterruptsTest, CountsBothSignals) {
  const auto interrupts = Interrupts::Install(10);
  ASSERT_THAT(interrupts, IsOk());
  EXPECT_EQ((*interrupts)->count(), 0);
  EXPECT_FALSE(Readable((*interrupts)->fd()));
  raise(SIGINT);
  raise(SIGTERM);
  EXPECT_EQ((*interrupts)->count(), 2);
  EXPECT_TRUE(Readable((*interrupts)->fd()));
  (*interrupts)->Drain();
  EXPECT_FALSE(Readable((*interrupts)->fd()));
  EXPECT_EQ((*interrupts)->count(), 2);
}

TEST(InterruptsTest, RestoresWhatWasBefore) {
  struct sigaction before, after;
  sigaction(SIGINT, nullptr, &before);
  { const auto interrupts = Interrupts::Install(10).value(); }
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(InterruptsTest, AnIgnoredSignalStaysIgnored) {
  struct sigaction ignore = {}, old;
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, &old);
  {
    const auto interrupts = Interrupts::Install(10).value();
    raise(SIGINT);
    EXPECT_EQ(interrupts->count(), 0);
  }
  raise(SIGINT);
  sigaction(SIGINT, &old, nullptr);
}

TEST(InterruptsTest, ThereIsOneAtATime) {
  auto first = Interrupts::Install(10);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(Interrupts::Install(10),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  first->reset();
  EXPECT_THAT(Interrupts::Install(10), IsOk());
}

TEST(InterruptsDeathTest, EndsTheProgramWhenItIsDue) {
  EXPECT_EXIT(
      {
        const auto interrupts = Interrupts::Install(2).value();
        raise(SIGINT);
        raise(SIGINT);
        _exit(0);
      },
      ::testing::ExitedWithCode(130), HasSubstr("interrupted again"));
}

TEST(InterruptsDeathTest, WaitsWithThatWhileItIsHeld) {
  EXPECT_EXIT(
      {
        const auto interrupts = Interrupts::Install(2).value();
        {
          const Interrupts::HoldExit hold_exit;
          raise(SIGINT);
          raise(SIGTERM);
          if (write(STDERR_FILENO, "still here\n", 11) != 11) _exit(0);
        }
        _exit(0);
      },
      ::testing::ExitedWithCode(143),
      HasSubstr("still here\ncppet: interrupted again"));
}

}  // namespace
}  // namespace cppet
