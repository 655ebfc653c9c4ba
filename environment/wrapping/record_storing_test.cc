#include "cppet/environment/wrapping/record_storing.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Records 0 .. size-1, of which those in `refused` are.
std::vector<RunRecord> Records(int size, const std::vector<int>& refused) {
  std::vector<RunRecord> records(size);
  for (int i = 0; i < size; ++i) {
    records[i].index = i;
    records[i].completed = true;
    records[i].leaves.emplace_back(LeafHead{"results.z"}, Items{{"z", i}});
  }
  for (const int i : refused) records[i].leaves[0].items[0].first = "refused";
  return records;
}

class RecordStoringTest : public ::testing::Test {
 protected:
  absl::Status Store(std::vector<RunRecord>& records,
                     RecordFileStorageOptions options = {}) {
    RecordFileStorage storage(folder_.Path("records"), options);
    const absl::Status status =
        StoreRecords(storage, Trajectory("traj"), absl::MakeSpan(records));
    if (const auto content = storage.Read(); content.ok()) content_ = *content;
    return status;
  }

  const TempDirectory folder_;
  RecordFileContent content_;
};

TEST_F(RecordStoringTest, StoresAllInOneCommit) {
  std::vector<RunRecord> records = Records(100, {});
  ASSERT_THAT(Store(records), IsOk());
  EXPECT_THAT(content_.records, SizeIs(100));
  EXPECT_EQ(content_.run_commits, 1);
}

TEST_F(RecordStoringTest, ARefusedRecordFailsAlone) {
  std::vector<RunRecord> records = Records(64, {3, 50});
  ASSERT_THAT(Store(records), IsOk());
  EXPECT_THAT(content_.records, SizeIs(64));
  EXPECT_LT(content_.run_commits, 20);
  for (const auto& [index, record] : content_.records) {
    const bool refused = index == 3 || index == 50;
    EXPECT_EQ(record.completed, !refused);
    EXPECT_EQ(records[index].completed, !refused);
    if (!refused) continue;
    EXPECT_THAT(record.failure, HasSubstr("refused is not wanted"));
    EXPECT_THAT(record.leaves, IsEmpty());
  }
}

TEST_F(RecordStoringTest, KeepsWhyARunFailedBefore) {
  std::vector<RunRecord> records = Records(1, {0});
  records[0].completed = false;
  records[0].failure = "threw";
  ASSERT_THAT(Store(records), IsOk());
  EXPECT_THAT(content_.records.at(0).failure,
              HasSubstr("is not wanted\nthrew"));
}

TEST_F(RecordStoringTest, AnErrorOfTheMediumIsOne) {
  std::vector<RunRecord> records = Records(10, {3});
  RecordFileStorageOptions full;
  full.commits_until_full = 1;
  EXPECT_THAT(Store(records, full),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

// Where each run is completed already.
class CompletedStorage : public StorageService {
 public:
  absl::Status Store(Trajectory&, const StoreOptions&) override {
    return absl::OkStatus();
  }
  absl::Status StoreRuns(const Trajectory&,
                         absl::Span<const RunRecord>) override {
    return absl::AlreadyExistsError("it is completed");
  }
  absl::StatusOr<std::vector<std::string>> List() override {
    return std::vector<std::string>();
  }
  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      absl::string_view, const LoadOptions&) override {
    return absl::NotFoundError("none");
  }
  absl::Status Close() override { return absl::OkStatus(); }
};

TEST_F(RecordStoringTest, AFailureOfACompletedRunIsLeftOut) {
  CompletedStorage storage;
  std::vector<RunRecord> records = Records(2, {});
  for (RunRecord& record : records) {
    record.completed = false;
    record.failure = "its process was killed";
    record.leaves.clear();
  }
  EXPECT_THAT(
      StoreRecords(storage, Trajectory("traj"), absl::MakeSpan(records)),
      IsOk());
  // But that one is completed twice is an error.
  records = Records(2, {});
  EXPECT_THAT(
      StoreRecords(storage, Trajectory("traj"), absl::MakeSpan(records)),
      StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(RecordStoringTest, NothingIsNoCommit) {
  std::vector<RunRecord> records;
  ASSERT_THAT(Store(records), IsOk());
  EXPECT_EQ(content_.run_commits, 0);
}

}  // namespace
}  // namespace cppet
