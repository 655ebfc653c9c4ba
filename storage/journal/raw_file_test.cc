#include "cppet/storage/journal/raw_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::journal {
namespace {

using ::testing::HasSubstr;

class RawFileTest : public ::testing::Test {
 protected:
  RawFile Open(int flags = O_RDWR | O_CREAT) {
    return RawFile::Open(path_, flags).value();
  }

  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f");
};

TEST_F(RawFileTest, ReadsWhatWasWritten) {
  RawFile file = Open();
  ASSERT_THAT(file.WriteAt(2, "cd"), IsOk());
  ASSERT_THAT(file.WriteAt(0, "ab"), IsOk());
  char buffer[8];
  EXPECT_THAT(file.ReadAt(1, buffer, sizeof(buffer)), IsOkAndHolds(3));
  EXPECT_EQ(std::string(buffer, 3), "bcd");
  EXPECT_THAT(file.ReadAt(9, buffer, sizeof(buffer)), IsOkAndHolds(0));
}

TEST_F(RawFileTest, ReservesWithoutAChangeOfSize) {
  RawFile file = Open();
  ASSERT_THAT(file.Reserve(0, 1 << 20), IsOk());
  EXPECT_THAT(file.Size(), IsOkAndHolds(0));
}

TEST_F(RawFileTest, ExtendsByZeros) {
  RawFile file = Open();
  ASSERT_THAT(file.WriteAt(0, "a"), IsOk());
  ASSERT_THAT(file.Extend(3), IsOk());
  char buffer[4];
  EXPECT_THAT(file.ReadAt(0, buffer, sizeof(buffer)), IsOkAndHolds(3));
  EXPECT_EQ(std::string(buffer, 3), std::string("a\0\0", 3));
}

TEST_F(RawFileTest, SaysWhichFileIsNotThere) {
  EXPECT_THAT(RawFile::Open(path_, O_RDONLY),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
}

TEST_F(RawFileTest, SaysThatTheDiskIsFull) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  RawFile file = RawFile::Open("/dev/full", O_RDWR).value();
  EXPECT_THAT(file.WriteAt(0, "a"),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("cannot write /dev/full: the disk is full")));
}

TEST_F(RawFileTest, SurvivesTheLimitForTheSizeOfAFile) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit = {1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    RawFile file = Open();
    const bool ok = file.WriteAt(0, std::string(1000, 'x')).ok() &&
                    absl::IsResourceExhausted(file.WriteAt(1000, "x")) &&
                    absl::IsResourceExhausted(file.Reserve(0, 1001)) &&
                    absl::IsResourceExhausted(file.Resize(1001));
    _exit(ok ? 0 : 1);
  }
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(RawFileTest, LocksExcludeEachOtherButSharedOnes) {
  RawFile a = Open();
  RawFile b = Open();
  ASSERT_THAT(a.TryLock(RawFile::Lock::kShared), IsOk());
  EXPECT_THAT(b.TryLock(RawFile::Lock::kShared), IsOk());
  EXPECT_THAT(a.TryLock(RawFile::Lock::kExclusive),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_)));
  ASSERT_THAT(b.TryLock(RawFile::Lock::kNone), IsOk());
  EXPECT_THAT(a.TryLock(RawFile::Lock::kExclusive), IsOk());
  EXPECT_THAT(b.TryLock(RawFile::Lock::kShared),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(RawFileTest, NoticesAFileThatWasReplaced) {
  const RawFile file = Open();
  EXPECT_TRUE(file.IsStillAtPath());
  ASSERT_EQ(unlink(path_.c_str()), 0);
  EXPECT_FALSE(file.IsStillAtPath());
  ASSERT_THAT(WriteFile(path_, "another"), IsOk());
  EXPECT_FALSE(file.IsStillAtPath());
}

}  // namespace
}  // namespace cppet::journal
