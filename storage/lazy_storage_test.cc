#include "cppet/storage/lazy_storage.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LazyStorageTest : public ::testing::Test {
 protected:
  LazyStorageTest() {
    trajectory_.AddParameter("x", 1.0, "A number");
    trajectory_.AddResult("z", 2.0).IgnoreError();
  }

  static auto NothingIsThere() {
    return StatusIs(absl::StatusCode::kNotFound,
                    AllOf(HasSubstr("traj"), HasSubstr("keeps nothing")));
  }

  Trajectory trajectory_{"traj"};
  const std::unique_ptr<StorageService> storage_ = MakeLazyStorage();
};

TEST_F(LazyStorageTest, TakesAllAndStoresNothing) {
  EXPECT_THAT(storage_->Store(trajectory_), IsOk());
  EXPECT_THAT(storage_->Store(trajectory_), IsOk());
  EXPECT_THAT(storage_->StoreItems(trajectory_, {"results.z"}), IsOk());
  RunRecord record;
  record.completed = true;
  EXPECT_THAT(storage_->StoreRuns(trajectory_, {record}), IsOk());
  EXPECT_THAT(storage_->StoreRuns(trajectory_, {record}), IsOk());
  EXPECT_THAT(storage_->Close(), IsOk());
  EXPECT_FALSE(trajectory_.stored());
  EXPECT_THAT(storage_->List(), IsOkAndHolds(IsEmpty()));
}

TEST_F(LazyStorageTest, TellsWhatIsWrongWithATrajectory) {
  trajectory_.AddParameter("x", 1.0, "There is one already");
  EXPECT_THAT(storage_->Store(trajectory_), trajectory_.status());
  EXPECT_THAT(storage_->StoreItems(trajectory_, {}), trajectory_.status());
}

TEST_F(LazyStorageTest, HasNothing) {
  ASSERT_THAT(storage_->Store(trajectory_), IsOk());
  EXPECT_THAT(storage_->Load("traj").status(), NothingIsThere());
  EXPECT_THAT(storage_->LoadItems(trajectory_, {"results.z"}),
              NothingIsThere());
  EXPECT_THAT(storage_->LoadSkeleton(trajectory_), NothingIsThere());
  EXPECT_THAT(storage_->DeleteItems(trajectory_, {"results.z"}),
              NothingIsThere());
  EXPECT_THAT(storage_->DeleteLinks(trajectory_, {"results.link"}),
              NothingIsThere());
  EXPECT_THAT(storage_->DeleteTrajectory("traj"), NothingIsThere());
  EXPECT_THAT(storage_->CopyTrajectory("traj", {}), NothingIsThere());
  EXPECT_THAT(storage_->Backup("traj").status(), NothingIsThere());
  EXPECT_NE(trajectory_.tree().FindExact("results.z"), nullptr);
}

}  // namespace
}  // namespace cppet
