#include "cppet/environment/continuing/snapshot_folder.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class SnapshotFolderTest : public ::testing::Test {
 protected:
  std::unique_ptr<SnapshotFolder> Make() {
    return SnapshotFolder::OpenOrMake(continue_folder_, "traj").value();
  }

  const TempDirectory folder_;
  const std::string continue_folder_ = folder_.Path("some/continue");
  const std::string traj_folder_ = absl::StrCat(continue_folder_, "/traj");
  const ResultSnapshot result_ = {1.7e9, 3, 1.8e9, "value"};
};

TEST_F(SnapshotFolderTest, IsMadeWhenItIsWantedOnly) {
  EXPECT_THAT(SnapshotFolder::Open(continue_folder_, "traj"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(traj_folder_)));
  EXPECT_FALSE(fs::exists(folder_.Path("some")));
  EXPECT_EQ(Make()->path(), traj_folder_);
  EXPECT_TRUE(fs::is_empty(traj_folder_));
  EXPECT_THAT(SnapshotFolder::Open(continue_folder_, "traj"), IsOk());
}

TEST_F(SnapshotFolderTest, SnapshotsComeBack) {
  const auto folder = Make();
  EXPECT_FALSE(folder->HasEnvironment());
  EXPECT_FALSE(folder->HasResults());
  EXPECT_THAT(folder->ReadEnvironment(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      folder->ReadResult(result_),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("result_00000003.rcnt")));
  EnvironmentSnapshot environment;
  environment.function.name = "Multiply";
  ASSERT_THAT(folder->WriteEnvironment(environment), IsOk());
  ASSERT_THAT(folder->WriteResult(result_), IsOk());
  EXPECT_TRUE(folder->HasEnvironment());
  EXPECT_TRUE(folder->HasResults());
  const auto read = folder->ReadEnvironment();
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->function.name, "Multiply");
  EXPECT_THAT(ReadEnvironmentSnapshot(continue_folder_, "traj"), IsOk());
  EXPECT_THAT(folder->ReadResult(result_), IsOkAndHolds("value"));
}

TEST_F(SnapshotFolderTest, AResultIsOfOneTryOfOneRunOfOneTrajectory) {
  const auto folder = Make();
  ASSERT_THAT(folder->WriteResult(result_), IsOk());
  const auto is_foreign = [&](const char* what) {
    return StatusIs(absl::StatusCode::kDataLoss,
                    AllOf(HasSubstr(traj_folder_), HasSubstr(what)));
  };
  ResultSnapshot other = result_;
  other.trajectory_timestamp += 1;
  EXPECT_THAT(folder->ReadResult(other), is_foreign("another trajectory"));
  other = result_;
  other.start_timestamp += 1;
  EXPECT_THAT(folder->ReadResult(other), is_foreign("another try"));
  fs::copy_file(folder->ResultPath(3), folder->ResultPath(4));
  other = result_;
  other.index = 4;
  EXPECT_THAT(folder->ReadResult(other), is_foreign("of run 3"));
}

TEST_F(SnapshotFolderTest, IsRemovedWithTheFolderItIsIn) {
  auto folder = Make();
  ASSERT_THAT(folder->WriteEnvironment({}), IsOk());
  ASSERT_THAT(folder->WriteResult(result_), IsOk());
  ASSERT_THAT(WriteFile(traj_folder_ + "/result_00000004.rcnt.tmp", "half"),
              IsOk());
  // As a process leaves it that is killed while it removes one.
  fs::create_directory(traj_folder_ + ".removed");
  ASSERT_THAT(WriteFile(traj_folder_ + ".removed/result_00000004.rcnt", ""),
              IsOk());
  EXPECT_THAT(folder->Remove(), IsOk());
  EXPECT_FALSE(fs::exists(continue_folder_));
  EXPECT_TRUE(fs::exists(folder_.Path("some")));
}

TEST_F(SnapshotFolderTest, WhatIsNotItsOwnStays) {
  auto folder = Make();
  auto other = SnapshotFolder::OpenOrMake(continue_folder_, "other");
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT((*other)->WriteResult(result_), IsOk());
  ASSERT_THAT(folder->WriteEnvironment({}), IsOk());
  ASSERT_THAT(WriteFile(traj_folder_ + "/notes.txt", "mine"), IsOk());
  EXPECT_THAT(folder->Remove(), IsOk());
  EXPECT_FALSE(folder->HasEnvironment());
  EXPECT_THAT(ReadFile(traj_folder_ + "/notes.txt"), IsOkAndHolds("mine"));
  EXPECT_TRUE((*other)->HasResults());
}

TEST_F(SnapshotFolderTest, BelongsToOneProcessAtATimeAndItsForks) {
  auto folder = Make();
  const SnapshotFolderOptions impatient = {
      .durable = false, .lock_timeout = absl::Milliseconds(50)};
  const auto is_taken =
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr(traj_folder_));
  EXPECT_THAT(SnapshotFolder::Open(continue_folder_, "traj", impatient),
              is_taken);
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  folder.reset();
  // A fork of who had it may still be at it.
  EXPECT_THAT(SnapshotFolder::Open(continue_folder_, "traj", impatient),
              is_taken);
  kill(child, SIGKILL);
  EXPECT_THAT(SnapshotFolder::Open(continue_folder_, "traj"), IsOk());
  waitpid(child, nullptr, 0);
}

TEST_F(SnapshotFolderTest, OneThatWasRemovedMeanwhileIsMadeAnew) {
  auto folder = Make();
  const pid_t child = fork();
  if (child == 0) {
    // The copy of the parent's would hold it.
    folder.reset();
    const auto waited = SnapshotFolder::OpenOrMake(continue_folder_, "traj");
    _exit(waited.ok() && (*waited)->WriteEnvironment({}).ok() ? 0 : 1);
  }
  usleep(100'000);
  ASSERT_THAT(folder->Remove(), IsOk());
  folder.reset();
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(fs::exists(traj_folder_ + "/environment.ecnt"));
}

}  // namespace
}  // namespace cppet
