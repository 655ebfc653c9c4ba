#include "cppet/environment/scheduling/run_queue.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<int64_t> TakeAll(RunQueue& queue) {
  std::vector<int64_t> indices;
  while (const std::optional<int64_t> index = queue.Next()) {
    indices.push_back(*index);
  }
  return indices;
}

// Whose runs have these values of x.
class RunQueueTest : public ::testing::Test {
 protected:
  void Explore(std::vector<double> values) {
    ASSERT_THAT(trajectory_.Explore(CartesianProduct(x_.In(values))), IsOk());
  }
  void Expand(std::vector<double> values) {
    ASSERT_THAT(trajectory_.Expand(CartesianProduct(x_.In(values))), IsOk());
  }
  void Complete(int64_t index) {
    RunRecord record;
    record.index = index;
    record.completed = true;
    trajectory_.NoteRun(record);
  }
  // Where the value of x is what a run is expected to take.
  RunQueueOptions ByX() {
    RunQueueOptions options;
    options.expected_duration = [this](const RunView& run) {
      ++asked_;
      return run[x_];
    };
    return options;
  }

  Trajectory trajectory_{"traj"};
  const Key<double> x_ = trajectory_.AddParameter("x", 0.0);
  int64_t asked_ = 0;
};

TEST_F(RunQueueTest, HandsOutInOrderWhatIsNotCompleted) {
  Explore({1, 2, 3, 4});
  Complete(0);
  Complete(2);
  RunQueue queue(trajectory_);
  EXPECT_FALSE(queue.empty());
  EXPECT_THAT(TakeAll(queue), ElementsAre(1, 3));
  EXPECT_TRUE(queue.empty());
}

TEST_F(RunQueueTest, LeavesTheRunsBeforeTheFirstAsTheyAre) {
  Explore({2, 3, 1, 3});
  RunQueueOptions options;
  options.first = 2;
  RunQueue in_order(trajectory_, options);
  EXPECT_THAT(TakeAll(in_order), ElementsAre(2, 3));
  options = ByX();
  options.first = 2;
  RunQueue by_x(trajectory_, options);
  EXPECT_THAT(TakeAll(by_x), ElementsAre(3, 2));
}

TEST_F(RunQueueTest, TheLongestComesFirst) {
  Explore({2, 3, 1, 3, 2, 5});
  Complete(5);
  RunQueue queue(trajectory_, ByX());
  EXPECT_THAT(TakeAll(queue), ElementsAre(1, 3, 0, 4, 2));
  EXPECT_EQ(asked_, 5);
}

TEST_F(RunQueueTest, WhatIsNotKnownComesLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  Explore({nan, 1, nan, infinity, -infinity, -0.0, 0.0});
  RunQueue queue(trajectory_, ByX());
  EXPECT_THAT(TakeAll(queue), ElementsAre(3, 1, 5, 6, 4, 0, 2));
}

TEST_F(RunQueueTest, FindsRunsThatAreAdded) {
  Explore({1, 2});
  RunQueue queue(trajectory_);
  EXPECT_THAT(TakeAll(queue), ElementsAre(0, 1));
  Expand({3, 4});
  EXPECT_FALSE(queue.empty());
  EXPECT_THAT(TakeAll(queue), ElementsAre(2, 3));
}

TEST_F(RunQueueTest, RunsThatAreAddedTakeTheirPlaceInTheOrder) {
  Explore({1, 5, 3});
  RunQueue queue(trajectory_, ByX());
  EXPECT_EQ(queue.Next(), 1);
  Expand({4, 2, 7});
  EXPECT_THAT(TakeAll(queue), ElementsAre(5, 3, 2, 4, 0));
  EXPECT_EQ(asked_, 6);
}

TEST_F(RunQueueTest, AFailedRunIsTriedAgainBeforeOthersStart) {
  Explore({1, 2, 3});
  RunQueue queue(trajectory_, {.retries = 2});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.NoteFailure(0), 1);
  EXPECT_EQ(queue.Next(), 1);
  queue.TryAgain({0, "first"});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.NoteFailure(0), 2);
  queue.TryAgain({0, "second"});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.failed_tries(0), 2);
  EXPECT_EQ(queue.NoteFailure(0), 0);
  EXPECT_EQ(queue.failed_tries(1), 0);
  EXPECT_THAT(TakeAll(queue), ElementsAre(2));
  EXPECT_THAT(queue.TakeUntried(), IsEmpty());
}

TEST_F(RunQueueTest, WithoutRetriesAFailureIsForGood) {
  Explore({1, 2});
  RunQueue queue(trajectory_);
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.NoteFailure(0), 0);
  EXPECT_THAT(TakeAll(queue), ElementsAre(1));
  EXPECT_FALSE(queue.too_many_failures());
}

TEST_F(RunQueueTest, EndsWhenTooManyHaveFailed) {
  Explore({1, 2, 3, 4, 5});
  RunQueue queue(trajectory_, {.max_failures = 1});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.NoteFailure(0), 0);
  EXPECT_FALSE(queue.too_many_failures());
  EXPECT_EQ(queue.Next(), 1);
  EXPECT_EQ(queue.Next(), 2);
  queue.NoteLastFailure();
  EXPECT_TRUE(queue.too_many_failures());
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.Next(), std::nullopt);
}

TEST_F(RunQueueTest, NoFailureMayBeTooMany) {
  Explore({1, 2});
  RunQueue queue(trajectory_, {.max_failures = 0});
  EXPECT_EQ(queue.Next(), 0);
  queue.NoteFailure(0);
  EXPECT_EQ(queue.Next(), std::nullopt);
}

TEST_F(RunQueueTest, OnlyTheLastTryCountsAsFailed) {
  Explore({1, 2, 3});
  RunQueue queue(trajectory_, {.retries = 1, .max_failures = 0});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_EQ(queue.Next(), 1);
  EXPECT_EQ(queue.NoteFailure(0), 1);
  EXPECT_EQ(queue.NoteFailure(1), 1);
  queue.TryAgain({0, "a"});
  queue.TryAgain({1, "b"});
  EXPECT_EQ(queue.Next(), 0);
  EXPECT_FALSE(queue.too_many_failures());
  EXPECT_EQ(queue.NoteFailure(0), 0);
  EXPECT_TRUE(queue.too_many_failures());
  EXPECT_EQ(queue.Next(), std::nullopt);
  EXPECT_THAT(queue.TakeUntried(),
              ElementsAre(AllOf(Field(&RunFailure::index, 1),
                                Field(&RunFailure::message, "b"))));
}

TEST_F(RunQueueTest, OrdersAMillionRunsAtOnce) {
  constexpr int64_t kRuns = 1'000'000;
  std::vector<double> values(kRuns);
  for (int64_t i = 0; i < kRuns; ++i) values[i] = i % 1000;
  Explore(std::move(values));
  RunQueue queue(trajectory_, ByX());
  EXPECT_EQ(queue.Next(), 999);
  EXPECT_EQ(queue.Next(), 1999);
  EXPECT_THAT(TakeAll(queue), SizeIs(kRuns - 2));
  EXPECT_EQ(asked_, kRuns);
}

}  // namespace
}  // namespace cppet
