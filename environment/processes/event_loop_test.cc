#include "cppet/environment/processes/event_loop.h"

#include <unistd.h>

#include <chrono>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using Clock = EventLoop::Clock;
using std::chrono::milliseconds;

class EventLoopTest : public ::testing::Test {
 protected:
  EventLoopTest() { EXPECT_EQ(pipe(pipe_), 0); }
  ~EventLoopTest() override {
    close(pipe_[0]);
    if (pipe_[1] >= 0) close(pipe_[1]);
  }

  void WriteByte() { ASSERT_EQ(write(pipe_[1], "x", 1), 1); }

  EventLoop loop_;
  int pipe_[2];
};

TEST_F(EventLoopTest, CallsWhenThereIsSomethingToRead) {
  int calls = 0;
  loop_.Watch(pipe_[0], [&] { ++calls; });
  loop_.RunOnce(Clock::now());
  EXPECT_EQ(calls, 0);
  WriteByte();
  loop_.RunOnce();
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, CallsWhenTheOtherEndIsClosed) {
  int calls = 0;
  loop_.Watch(pipe_[0], [&] { ++calls; });
  close(pipe_[1]);
  pipe_[1] = -1;
  loop_.RunOnce();
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, DoesNotCallWithoutInterest) {
  int calls = 0;
  loop_.Watch(pipe_[0], [&] { ++calls; });
  loop_.SetInterest(pipe_[0], false, false);
  close(pipe_[1]);
  pipe_[1] = -1;
  const Clock::time_point start = Clock::now();
  loop_.RunOnce(start + milliseconds(20));
  EXPECT_EQ(calls, 0);
  EXPECT_GE(Clock::now() - start, milliseconds(20));
}

TEST_F(EventLoopTest, CallsWhenSomethingCanBeWrittenIfWanted) {
  int calls = 0;
  loop_.Watch(
      pipe_[1], [] { FAIL(); }, [&] { ++calls; });
  loop_.RunOnce(Clock::now());
  EXPECT_EQ(calls, 0);
  loop_.SetInterest(pipe_[1], false, true);
  loop_.RunOnce();
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, ACallMayUnwatchItself) {
  loop_.Watch(pipe_[0], [&] { loop_.Unwatch(pipe_[0]); });
  WriteByte();
  loop_.RunOnce();
  loop_.RunOnce(Clock::now());
}

TEST_F(EventLoopTest, MakesCallsInTheOrderOfTheirTimes) {
  std::vector<int> calls;
  const Clock::time_point now = Clock::now();
  loop_.CallAt(now + milliseconds(20), [&] { calls.push_back(2); });
  loop_.CallAt(now + milliseconds(10), [&] { calls.push_back(1); });
  while (calls.size() < 2) loop_.RunOnce();
  EXPECT_THAT(calls, ElementsAre(1, 2));
  EXPECT_GE(Clock::now() - now, milliseconds(20));
}

TEST_F(EventLoopTest, ForgetsAllOnceItIsClosed) {
  loop_.Watch(pipe_[0], [] { FAIL(); });
  loop_.CallAt(Clock::now(), [] { FAIL(); });
  loop_.CloseAll();
  loop_.RunOnce(Clock::now());
  EXPECT_EQ(write(pipe_[0], "x", 1), -1);
}

}  // namespace
}  // namespace cppet
