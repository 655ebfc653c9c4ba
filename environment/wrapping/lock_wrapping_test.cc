#include "cppet/environment/wrapping/lock_wrapping.h"

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/processes/child_process.h"
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
        MakeLockWrapping(*storage_, trajectory_,
                         [this](const RunRecord& record, absl::string_view) {
                           finished_.push_back(record.index);
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

  const TempDirectory folder_;
  const Trajectory trajectory_{"traj"};
  std::unique_ptr<RecordFileStorage> storage_;
  std::unique_ptr<Wrapping> wrapping_;
  std::vector<int64_t> finished_;
};

TEST_F(LockWrappingTest, ProcessesStoreOneAtATime) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 2;
  Make(slow);
  const auto first = Deliver({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  const auto second = Deliver({10, 11, 12, 13, 14, 15, 16, 17, 18, 19});
  EXPECT_EQ(End(*first), "exited with code 0");
  EXPECT_EQ(End(*second), "exited with code 0");
  EXPECT_THAT(storage_->Read()->records, SizeIs(20));
}

TEST_F(LockWrappingTest, AProcessThatDiesWhileItStoresHoldsNobodyUp) {
  RecordFileStorageOptions deadly;
  deadly.while_committing = [](absl::Span<const RunRecord> records) {
    if (records[0].index == 0) raise(SIGKILL);
  };
  Make(deadly);
  EXPECT_EQ(End(*Deliver({0})), "was killed by signal 9 (Killed)");
  EXPECT_EQ(End(*Deliver({1})), "exited with code 0");
  EXPECT_THAT(storage_->Read()->records, SizeIs(1));
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
  RunReport stored = Report(1);
  stored.stored = true;
  ASSERT_THAT(wrapping_->Take(std::move(stored)), IsOk());
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
