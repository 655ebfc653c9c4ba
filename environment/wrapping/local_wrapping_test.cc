#include "cppet/environment/wrapping/local_wrapping.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
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
using ::testing::IsEmpty;
using ::testing::SizeIs;

RunReport Report(int64_t index, size_t bytes = 10) {
  RunReport report;
  report.record.index = index;
  report.record.completed = true;
  report.record.leaves.emplace_back(LeafHead{"results.z"},
                                    Items{{"z", std::string(bytes, 'x')}});
  return report;
}

class LocalWrappingTest : public ::testing::Test {
 protected:
  int64_t Commits() const {
    const auto content = storage_.Read();
    return content.ok() ? content->run_commits : 0;
  }

  const TempDirectory folder_;
  RecordFileStorage storage_{folder_.Path("records")};
  const Trajectory trajectory_{"traj"};
  EventLoop loop_;
  std::vector<int64_t> finished_;
  const std::unique_ptr<Wrapping> wrapping_ =
      MakeLocalWrapping(loop_, storage_, trajectory_,
                        [this](const RunRecord& record, absl::string_view) {
                          finished_.push_back(record.index);
                        });
};

TEST_F(LocalWrappingTest, StoresASlowRunAtOnce) {
  ASSERT_THAT(wrapping_->Take(Report(0)), IsOk());
  EXPECT_THAT(finished_, ElementsAre(0));
  absl::SleepFor(absl::Milliseconds(25));
  ASSERT_THAT(wrapping_->Take(Report(1)), IsOk());
  EXPECT_THAT(finished_, ElementsAre(0, 1));
  EXPECT_EQ(Commits(), 2);
}

TEST_F(LocalWrappingTest, FastRunsWaitAShortTimeForOthers) {
  ASSERT_THAT(wrapping_->Take(Report(0)), IsOk());
  const EventLoop::Clock::time_point start = EventLoop::Clock::now();
  ASSERT_THAT(wrapping_->Take(Report(1)), IsOk());
  ASSERT_THAT(wrapping_->Take(Report(2)), IsOk());
  while (finished_.size() < 3) loop_.RunOnce();
  EXPECT_LT(EventLoop::Clock::now() - start, std::chrono::seconds(5));
  EXPECT_THAT(finished_, ElementsAre(0, 1, 2));
  EXPECT_LE(Commits(), 3);
}

TEST_F(LocalWrappingTest, LargeRunsDoNotWait) {
  ASSERT_THAT(wrapping_->Take(Report(0)), IsOk());
  ASSERT_THAT(wrapping_->Take(Report(1, 40 << 20)), IsOk());
  EXPECT_THAT(finished_, ElementsAre(0, 1));
}

TEST_F(LocalWrappingTest, FinishStoresTheRest) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(wrapping_->Take(Report(i)), IsOk());
  ASSERT_THAT(wrapping_->Finish(), IsOk());
  EXPECT_THAT(finished_, SizeIs(5));
  EXPECT_THAT(storage_.Read()->records, SizeIs(5));
}

TEST_F(LocalWrappingTest, TakesEncodedRecords) {
  RunReport report = Report(3);
  report.encoded_record = EncodeRunRecord(report.record);
  report.record.leaves.clear();
  ASSERT_THAT(wrapping_->Take(std::move(report)), IsOk());
  EXPECT_THAT(storage_.Read()->records.at(3).leaves, SizeIs(1));
}

TEST_F(LocalWrappingTest, AnErrorOfTheStorageStays) {
  RecordFileStorageOptions full;
  full.commits_until_full = 0;
  RecordFileStorage storage(folder_.Path("full"), full);
  const auto wrapping =
      MakeLocalWrapping(loop_, storage, trajectory_,
                        [](const RunRecord&, absl::string_view) { FAIL(); });
  const auto is_full = StatusIs(absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(wrapping->Take(Report(0)), is_full);
  EXPECT_THAT(wrapping->Take(Report(1)), is_full);
  EXPECT_THAT(wrapping->status(), is_full);
  EXPECT_THAT(wrapping->Finish(), is_full);
}

}  // namespace
}  // namespace cppet
