#include "cppet/base/parallel_for.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Each;

TEST(ParallelForTest, CallsOnceForEach) {
  std::vector<int> calls(1000);
  ParallelFor(calls.size(), [&](size_t i) { ++calls[i]; });
  EXPECT_THAT(calls, Each(1));
}

TEST(ParallelForTest, TheFirstIsCalledInThisThread) {
  for (int i = 0; i < 100; ++i) {
    pthread_t first = {};
    ParallelFor(4, [&](size_t i) {
      if (i == 0) first = pthread_self();
    });
    EXPECT_TRUE(pthread_equal(first, pthread_self()));
  }
}

TEST(ParallelForTest, AnExceptionOfTheFirstWaitsForTheOthers) {
  std::atomic<int> others = 0;
  EXPECT_THROW(ParallelFor(2,
                           [&](size_t i) {
                             if (i == 0) throw std::runtime_error("no");
                             ++others;
                           }),
               std::runtime_error);
  EXPECT_LE(others, 1);
}

TEST(ParallelForTest, AnExceptionOfAnotherIsThrownOnceAllAreCalled) {
  for (const size_t thrower : {1, 50, 99}) {
    std::atomic<int> calls = 0;
    EXPECT_THROW(ParallelFor(100,
                             [&](size_t i) {
                               ++calls;
                               if (i >= thrower) throw std::runtime_error("no");
                             }),
                 std::runtime_error);
    EXPECT_EQ(calls, 100);
  }
}

TEST(ParallelForTest, CallsNothingForNothing) {
  ParallelFor(0, [](size_t) { ADD_FAILURE(); });
}

TEST(ParallelForTest, LeavesTheSignalsOfTheCallerAsTheyWere) {
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  ParallelFor(4, [](size_t) {});
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) {
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal));
  }
}

TEST(ParallelForTest, WorksInAForkedProcess) {
  ParallelFor(4, [](size_t) {});
  const pid_t child = fork();
  if (child == 0) {
    std::atomic<int> sum = 0;
    ParallelFor(10, [&](size_t i) { sum += i; });
    _exit(sum == 45 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace cppet
