#include "cppet/storage/journal/faults/check_runs.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/journal/faults/acknowledged.h"
#include "cppet/storage/journal/faults/runs_check.h"
#include "cppet/storage/journal/faults/workload.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kRuns = 6;

class CheckRunsTest : public testing::Test {
 protected:
  CheckRunsTest() { options_.batch = 2; }

  // Stores a file with these runs.
  void Store(absl::Span<const RunRecord> records) {
    const auto service = OpenHdf5Storage(file_).value();
    const auto trajectory = MakeWorkload(kRuns);
    ASSERT_THAT(service->Store(*trajectory), IsOk());
    ASSERT_THAT(service->StoreRuns(*trajectory, records), IsOk());
    ASSERT_THAT(service->Close(), IsOk());
  }

  RunsCheck Check() { return CheckRuns(file_, acknowledged_, options_); }

  const TempDirectory directory_;
  const std::string file_ = directory_.Path("file.hdf5");
  Acknowledged acknowledged_;
  CheckRunsOptions options_;
};

TEST_F(CheckRunsTest, AcceptsAWholeFile) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1), MakeFailedTry(4)});
  acknowledged_.Add("ACK trajectory\nCHILD 5\nACK 0\nACK 1\nACK try 4\n");
  EXPECT_EQ(acknowledged_.runs.size(), 2);
  EXPECT_EQ(acknowledged_.tries.size(), 1);
  const RunsCheck check = Check();
  EXPECT_THAT(check.problems, IsEmpty());
  EXPECT_EQ(check.completed, 2);
}

TEST_F(CheckRunsTest, AcceptsMoreThanWasAcknowledged) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1)});
  EXPECT_THAT(Check().problems, IsEmpty());
}

TEST_F(CheckRunsTest, AcceptsNoFileIfNothingWasAcknowledged) {
  EXPECT_THAT(Check().problems, IsEmpty());
  acknowledged_.trajectory = true;
  EXPECT_EQ(Check().lost, 1);
}

TEST_F(CheckRunsTest, FindsWhatIsLost) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1)});
  acknowledged_.Add("ACK 0\nACK 1\nACK 2\nACK 3\n");
  const RunsCheck check = Check();
  EXPECT_EQ(check.lost, 2);
  EXPECT_THAT(check.problems,
              Contains(HasSubstr("run_00000003 is not completed")));
}

TEST_F(CheckRunsTest, FindsALostTry) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1)});
  acknowledged_.Add("ACK try 4\n");
  EXPECT_EQ(Check().lost, 1);
}

TEST_F(CheckRunsTest, FindsWhatIsWrong) {
  RunRecord wrong = MakeCompletedRun(1);
  wrong.leaves[0].items[0].second = 17.5;
  Store({MakeCompletedRun(0), wrong});
  acknowledged_.Add("ACK 0\nACK 1\n");
  const RunsCheck check = Check();
  EXPECT_EQ(check.lost, 1);
  EXPECT_EQ(check.half, 1);
  EXPECT_THAT(check.problems,
              Contains(HasSubstr("run_00000001.summary is wrong")));
}

TEST_F(CheckRunsTest, FindsWrongParameters) {
  const auto service = OpenHdf5Storage(file_).value();
  Trajectory other(kWorkloadName);
  other.AddParameter("group.x", 1.0);
  other.AddParameter("name", "another");
  ASSERT_THAT(service->Store(other), IsOk());
  ASSERT_THAT(service->Close(), IsOk());
  acknowledged_.trajectory = true;
  EXPECT_EQ(Check().lost, 3);
}

TEST_F(CheckRunsTest, FindsHalfARun) {
  RunRecord half = MakeCompletedRun(1);
  half.leaves.pop_back();
  Store({MakeCompletedRun(0), half});
  EXPECT_EQ(Check().half, 1);
}

TEST_F(CheckRunsTest, FindsHalfABatch) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1), MakeCompletedRun(3)});
  const RunsCheck check = Check();
  EXPECT_EQ(check.half, 1);
  EXPECT_THAT(check.problems, Contains(HasSubstr("1 of 2 runs of the batch")));
}

TEST_F(CheckRunsTest, FindsDamage) {
  Store({MakeCompletedRun(0), MakeCompletedRun(1)});
  acknowledged_.Add("ACK 0\nACK 1\n");
  std::string content = ReadFile(file_).value();
  content.resize(content.size() / 2);
  ASSERT_THAT(WriteFile(file_, content), IsOk());
  const RunsCheck check = Check();
  EXPECT_EQ(check.lost, 2);
  EXPECT_FALSE(check.ok());
}

}  // namespace
}  // namespace cppet
