#include "cppet/environment/wrapping/queue_wrapping.h"

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/logs/logging.h"
#include "cppet/environment/processes/event_loop.h"
#include "cppet/environment/wrapping/batch.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/environment/wrapping/storing_process.h"
#include "cppet/environment/wrapping/wrapping.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

RunReport Report(int64_t index, size_t bytes = 10) {
  RunRecord record;
  record.index = index;
  record.completed = true;
  record.leaves.emplace_back(LeafHead{"results.z"},
                             Items{{"z", std::string(bytes, 'x')}});
  RunReport report;
  report.encoded_record = EncodeRunRecord(record);
  record.leaves.clear();
  report.record = std::move(record);
  report.value = absl::StrCat("value ", index);
  return report;
}

class QueueWrappingTest : public ::testing::Test {
 protected:
  void Start(RecordFileStorageOptions options = {}) {
    storage_ = std::make_unique<RecordFileStorage>(folder_.Path("records"),
                                                   std::move(options));
    wrapping_ = MakeQueueWrapping(
        loop_, *storage_, trajectory_, *log_,
        [this](const RunRecord& record, absl::string_view value) {
          finished_.emplace_back(record.index, std::string(value));
        });
    ASSERT_THAT(wrapping_->Start(), IsOk());
  }

  // As the owner of a wrapping does.
  absl::Status Take(RunReport report) {
    while (wrapping_->full()) {
      ++waits_;
      loop_.RunOnce();
      if (!wrapping_->status().ok()) return wrapping_->status();
    }
    return wrapping_->Take(std::move(report));
  }

  const TempDirectory folder_;
  const Trajectory trajectory_{"traj"};
  const std::unique_ptr<RunLog> log_ = RunLog::None();
  EventLoop loop_;
  std::unique_ptr<RecordFileStorage> storage_;
  std::unique_ptr<Wrapping> wrapping_;
  std::vector<std::pair<int64_t, std::string>> finished_;
  int waits_ = 0;
};

TEST_F(QueueWrappingTest, AnotherProcessStores) {
  Start();
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Take(Report(i)), IsOk());
  EXPECT_THAT(finished_, IsEmpty());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(Pair(0, "value 0"), Pair(1, "value 1"),
                                     Pair(2, "value 2")));
  const auto content = storage_->Read();
  ASSERT_THAT(content, IsOk());
  EXPECT_THAT(content->records, SizeIs(3));
  EXPECT_THAT(content->committers, Each(Not(getpid())));
}

TEST_F(QueueWrappingTest, IsStoredThoughNothingFollows) {
  Start();
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_THAT(Take(Report(static_cast<int64_t>(i))), IsOk());
    while (finished_.size() <= i) loop_.RunOnce();
  }
  EXPECT_THAT(storage_->Read()->records, SizeIs(3));
  ASSERT_THAT(wrapping_->Finish(), IsOk());
}

TEST_F(QueueWrappingTest, WhatWaitsIsStoredTogether) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 20;
  Start(slow);
  for (int i = 0; i < 500; ++i) ASSERT_THAT(Take(Report(i)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(500));
  EXPECT_LT(storage_->Read()->run_commits, 10);
}

TEST_F(QueueWrappingTest, IsFullWhenTheStorageIsSlow) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 20;
  Start(slow);
  for (int i = 0; i < 12; ++i) {
    ASSERT_THAT(Take(Report(i, 20 << 20)), IsOk());
  }
  EXPECT_GT(waits_, 2);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(12));
}

TEST_F(QueueWrappingTest, ManySmallRunsAreFullAsWell) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 20;
  Start(slow);
  constexpr int kRuns = 4 * kMaxWaiting;
  for (int i = 0; i < kRuns; ++i) ASSERT_THAT(Take(Report(i)), IsOk());
  EXPECT_GT(waits_, 1);
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(kRuns));
  EXPECT_LE(storage_->Read()->largest_commit, kBatchRecords);
}

TEST_F(QueueWrappingTest, ARefusedRunFails) {
  Start();
  RunReport report = Report(1);
  RunRecord record = DecodeRunRecord(report.encoded_record).value();
  record.leaves[0].items[0].first = "refused";
  report.encoded_record = EncodeRunRecord(record);
  ASSERT_THAT(Take(Report(0)), IsOk());
  ASSERT_THAT(Take(std::move(report)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, ElementsAre(Pair(0, "value 0"), Pair(1, "")));
  EXPECT_FALSE(storage_->Read()->records.at(1).completed);
}

TEST_F(QueueWrappingTest, AnErrorOfTheStorageArrives) {
  RecordFileStorageOptions full;
  full.commits_until_full = 1;
  Start(full);
  absl::Status status;
  for (int i = 0; status.ok() && i < 100000; ++i) status = Take(Report(i));
  status.Update(wrapping_->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               HasSubstr("No space left")));
  EXPECT_EQ(finished_.size(), storage_->Read()->records.size());
}

TEST_F(QueueWrappingTest, TheDeathOfTheWriterIsAnError) {
  RecordFileStorageOptions deadly;
  deadly.while_committing = [](absl::Span<const RunRecord> records) {
    if (records.back().index >= 10) raise(SIGKILL);
  };
  Start(deadly);
  absl::Status status;
  for (int i = 0; status.ok() && i < 100000; ++i) status = Take(Report(i));
  status.Update(wrapping_->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted,
                               AllOf(HasSubstr("killed by signal 9"),
                                     HasSubstr("not known as stored"))));
  EXPECT_LT(finished_.size(), 20);
}

}  // namespace
}  // namespace cppet
