#include "cppet/environment/wrapping/lock_wrapping.h"

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

RunReport Report(int64_t index) {
  RunReport report;
  report.record.index = index;
  report.record.completed = true;
  return report;
}

class LockWrappingTest : public ::testing::Test {
 protected:
  void Make(RecordFileStorageOptions options = {}) {
    storage_ = std::make_unique<RecordFileStorage>(folder_.Path("records"),
                                                   std::move(options));
    wrapping_ =
        MakeLockWrapping(loop_, *storage_, trajectory_,
                         [this](const RunRecord& record, absl::string_view) {
                           finished_.push_back(record.index);
                           if (!record.completed)
                             failed_.push_back(record.failure);
                         })
            .value();
  }

  // A process that delivers runs of these indices.
  std::unique_ptr<ChildProcess> Deliver(std::vector<int64_t> indices) {
    return ChildProcess::Start([this, indices](int) {
             for (const int64_t index : indices) {
               RunReport report = Report(index);
               wrapping_->Deliver(report);
               if (!report.stored || !report.storage_status.ok()) _exit(1);
             }
           })
        .value();
  }

  static std::string End(ChildProcess& child) {
    while (!child.Ended()) absl::SleepFor(absl::Milliseconds(1));
    return child.Kill();
  }

  // The report of a run that was delivered.
  void TakeReported(int64_t index) {
    RunReport report = Report(index);
    report.stored = true;
    ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  }

  const TempDirectory folder_;
  const Trajectory trajectory_{"traj"};
  EventLoop loop_;
  std::unique_ptr<RecordFileStorage> storage_;
  std::unique_ptr<Wrapping> wrapping_;
  std::vector<int64_t> finished_;
  std::vector<std::string> failed_;
};

TEST_F(LockWrappingTest, ProcessesStoreOneAtATime) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 30;
  Make(slow);
  const auto deliver_slowly = [this](int64_t first) {
    return ChildProcess::Start([this, first](int) {
             for (int64_t index = first; index < first + 10; ++index) {
               RunReport report = Report(index);
               wrapping_->Deliver(report);
               if (!report.storage_status.ok()) _exit(1);
               absl::SleepFor(absl::Milliseconds(7));
             }
           })
        .value();
  };
  const auto first = deliver_slowly(0);
  const auto second = deliver_slowly(10);
  EXPECT_EQ(End(*first), "exited with code 0");
  EXPECT_EQ(End(*second), "exited with code 0");
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(storage_->Read()->records, SizeIs(20));
}

TEST_F(LockWrappingTest, RunsShareACommit) {
  Make();
  EXPECT_EQ(End(*Deliver({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})),
            "exited with code 0");
  for (int64_t index = 0; index < 10; ++index) TakeReported(index);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(10));
  EXPECT_THAT(storage_->Read()->records, SizeIs(10));
  EXPECT_LT(storage_->Read()->run_commits, 10);
}

TEST_F(LockWrappingTest, ARunIsFinishedOnlyOnceItIsStored) {
  Make();
  EXPECT_EQ(End(*Deliver({0, 1})), "exited with code 0");
  // The first is stored at once.
  EXPECT_THAT(storage_->Read()->records, SizeIs(1));
  TakeReported(1);
  TakeReported(0);
  EXPECT_THAT(finished_, ElementsAre(0));
  // No other process delivers.
  while (finished_.size() < 2) loop_.RunOnce();
  EXPECT_THAT(storage_->Read()->records, SizeIs(2));
}

TEST_F(LockWrappingTest, AProcessThatDiesWhileItStoresHoldsNobodyUp) {
  RecordFileStorageOptions deadly;
  const pid_t main = getpid();
  deadly.while_committing = [main](absl::Span<const RunRecord> records) {
    if (records[0].index == 0 && getppid() == main) raise(SIGKILL);
  };
  Make(deadly);
  EXPECT_EQ(End(*Deliver({0})), "was killed by signal 9 (Killed)");
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  // Its run is not lost.
  EXPECT_THAT(storage_->Read()->records, SizeIs(1));
}

TEST_F(LockWrappingTest, WhatAKilledProcessHadStoredIsNotStoredTwice) {
  RecordFileStorageOptions deadly;
  deadly.refuse_completed = true;
  const pid_t main = getpid();
  deadly.after_committing = [main] {
    if (getpid() != main) raise(SIGKILL);
  };
  Make(deadly);
  EXPECT_EQ(End(*Deliver({0})), "was killed by signal 9 (Killed)");
  EXPECT_EQ(storage_->Read()->run_commits, 1);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_EQ(storage_->Read()->run_commits, 1);
}

TEST_F(LockWrappingTest, ARecordThatIsRefusedFailsItsRunAlone) {
  Make();
  const auto child =
      ChildProcess::Start([this](int) {
        for (int64_t index = 0; index < 4; ++index) {
          RunReport report = Report(index);
          if (index == 2) {
            report.record.leaves.emplace_back(LeafHead{"results.runs.$.z"},
                                              Items{{"refused", 1.0}});
          }
          wrapping_->Deliver(report);
        }
      }).value();
  EXPECT_EQ(End(*child), "exited with code 0");
  for (int64_t index = 0; index < 4; ++index) TakeReported(index);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_THAT(failed_, ElementsAre(HasSubstr("cannot be stored")));
  EXPECT_TRUE(storage_->Read()->records.at(1).completed);
  EXPECT_FALSE(storage_->Read()->records.at(2).completed);
}

TEST_F(LockWrappingTest, RecordsOfAnySizeAreStored) {
  Make();
  const auto child = ChildProcess::Start([this](int) {
                       for (int64_t index = 0; index < 6; ++index) {
                         RunReport report = Report(index);
                         report.record.leaves.emplace_back(
                             LeafHead{"results.z"},
                             Items{{"z", std::string(index * (1 << 20), 'x')}});
                         wrapping_->Deliver(report);
                         if (!report.storage_status.ok()) _exit(1);
                       }
                     }).value();
  EXPECT_EQ(End(*child), "exited with code 0");
  for (int64_t index = 0; index < 6; ++index) TakeReported(index);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(6));
  EXPECT_THAT(storage_->Read()->records, SizeIs(6));
}

TEST_F(LockWrappingTest, StoresTheDeathsAtTheEnd) {
  Make();
  RunReport report = Report(4);
  report.record.completed = false;
  report.record.failure = "its process died";
  ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  EXPECT_THAT(finished_, ElementsAre(4));
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_EQ(storage_->Read()->records.at(4).failure, "its process died");
}

TEST_F(LockWrappingTest, OnlyTheLastTryOfARunIsStored) {
  Make();
  const auto die = [&](int64_t index, const char* failure) {
    RunReport report = Report(index);
    report.record.completed = false;
    report.record.failure = failure;
    ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  };
  die(1, "died");
  EXPECT_EQ(End(*Deliver({1})), "exited with code 0");
  TakeReported(1);
  die(2, "died");
  die(2, "died again");
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(1, 1, 2, 2));
  EXPECT_TRUE(storage_->Read()->records.at(1).completed);
  EXPECT_EQ(storage_->Read()->records.at(2).failure, "died again");
}

TEST_F(LockWrappingTest, AnErrorOfTheStorageNamesTheRun) {
  Make();
  RunReport report = Report(4);
  report.stored = true;
  report.storage_status = absl::ResourceExhaustedError("disk full");
  EXPECT_THAT(wrapping_->Take(std::move(report)),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("run_00000004: disk full")));
  EXPECT_THAT(wrapping_->Finish(),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(LockWrappingTest, NobodyStoresInTheMeantime) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 20;
  Make(slow);
  const auto child = Deliver({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  for (int i = 0; i < 3; ++i) {
    absl::SleepFor(absl::Milliseconds(15));
    wrapping_->WhileNoneDelivers([&] {
      const auto before = storage_->Read();
      absl::SleepFor(absl::Milliseconds(40));
      const auto after = storage_->Read();
      if (!before.ok()) return;  // not even one
      EXPECT_EQ(before->run_commits, after->run_commits);
    });
  }
  EXPECT_EQ(End(*child), "exited with code 0");
}

}  // namespace
}  // namespace cppet
