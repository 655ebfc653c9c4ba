#include "cppet/environment/processes/child_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/processes/message_channel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::_;

void WaitForEnd(const ChildProcess& child) {
  while (!child.Ended()) absl::SleepFor(absl::Milliseconds(1));
}

// What the child says.
std::string Hear(const ChildProcess& child) {
  MessageReader reader(child.socket());
  const auto message = reader.WaitForMessage();
  return message.ok() && message->has_value() ? (*message)->body : "nothing";
}

void Say(int socket, absl::string_view text) {
  SendMessage(socket, 1, text).IgnoreError();
}

TEST(ChildProcessTest, TalksToItsParent) {
  const auto child = ChildProcess::Start([](int socket) {
    MessageReader reader(socket);
    Say(socket, absl::StrCat(reader.WaitForMessage().value()->body, " too"));
  });
  ASSERT_THAT(child, IsOk());
  Say((*child)->socket(), "hello");
  EXPECT_EQ(Hear(**child), "hello too");
  WaitForEnd(**child);
  EXPECT_EQ((*child)->Kill(), "exited with code 0");
}

TEST(ChildProcessTest, LeadsAGroupAndReadsNothing) {
  const auto child = ChildProcess::Start([](int socket) {
    Say(socket, absl::StrCat(getpgrp() == getpid(), " ", getchar()));
  });
  ASSERT_THAT(child, IsOk());
  EXPECT_EQ(Hear(**child), absl::StrCat("1 ", EOF));
  EXPECT_EQ(getpgid((*child)->pid()), (*child)->pid());
}

TEST(ChildProcessTest, SaysHowItEnded) {
  const auto end = [](void (*how)()) {
    const auto child = ChildProcess::Start([=](int) { how(); });
    WaitForEnd(**child);
    return (*child)->Kill();
  };
  EXPECT_EQ(end([] { exit(3); }), "exited with code 3");
  EXPECT_EQ(end([] { raise(SIGKILL); }), "was killed by signal 9 (Killed)");
  EXPECT_EQ(end([] { raise(SIGINT); }), "was killed by signal 2 (Interrupt)");
  EXPECT_EQ(end([] { raise(SIGTERM); }), "was killed by signal 9 (Killed)");
}

TEST(ChildProcessTest, SomebodyElseMayHaveWaitedForIt) {
  const auto child = ChildProcess::Start([](int) {});
  ASSERT_THAT(child, IsOk());
  ASSERT_EQ(waitpid((*child)->pid(), nullptr, 0), (*child)->pid());
  EXPECT_TRUE((*child)->Ended());
  EXPECT_EQ((*child)->Kill(), "ended in a way that is not known");
}

TEST(ChildProcessTest, IsKilledWithTheObject) {
  pid_t pid;
  {
    const auto child = ChildProcess::Start([](int) {
      while (true) pause();
    });
    ASSERT_THAT(child, IsOk());
    EXPECT_FALSE((*child)->Ended());
    pid = (*child)->pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(ChildProcessTest, TheDeathOfTheParentWaitsWhileItIsHeld) {
  const TempDirectory folder;
  const std::string path = folder.Path("file");
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    const auto child = ChildProcess::Start([&](int socket) {
      {
        const ChildProcess::HoldDeath hold_death;
        Say(socket, "held");
        absl::SleepFor(absl::Milliseconds(300));
        WriteFile(path, "finished").IgnoreError();
      }
      WriteFile(path, "too late").IgnoreError();
    });
    Hear(**child);
    raise(SIGKILL);
  }
  ASSERT_EQ(waitpid(parent, nullptr, 0), parent);
  int status;
  ASSERT_GT(waitpid(-1, &status, 0), 0) << "the child became ours";
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("finished"));
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(ChildProcessTest, SignalsOfTheParentAreNotItsOwn) {
  struct sigaction old;
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, &old);
  const auto child = ChildProcess::Start([](int socket) {
    raise(SIGINT);
    Say(socket, "ignored");
  });
  EXPECT_EQ(Hear(**child), "ignored");
  sigaction(SIGINT, &old, nullptr);
}

}  // namespace
}  // namespace cppet
