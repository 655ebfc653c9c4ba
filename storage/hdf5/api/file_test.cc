#include "cppet/storage/hdf5/api/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;

class FileTest : public ::testing::Test {
 protected:
  const SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("f.hdf5");
};

TEST_F(FileTest, CreatesAFileOfPyTablesInTheFormatOfHdf5_1_8) {
  ASSERT_THAT(File::Create(path_, "A title", {.complevel = 5}), IsOk());
  const auto file = File::Open(path_, {});
  ASSERT_THAT(file, IsOk());
  const hid_t root = file->root();
  EXPECT_THAT(ReadText(root, "CLASS"), Optional(std::string("GROUP")));
  EXPECT_THAT(ReadText(root, "VERSION"), Optional(std::string("1.0")));
  EXPECT_THAT(ReadText(root, "PYTABLES_FORMAT_VERSION"),
              Optional(std::string("2.1")));
  EXPECT_THAT(ReadText(root, "TITLE"), Optional(std::string("A title")));
  EXPECT_THAT(ReadInteger(root, "FILTERS"), Optional(0x010105));
  const Handle id(H5Iget_file_id(root));
  H5F_info2_t info;
  ASSERT_GE(H5Fget_info2(id.get(), &info), 0);
  EXPECT_EQ(info.super.version, 2);
}

TEST_F(FileTest, LeavesNothingButTheFile) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  int files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(directory_.path())) {
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(FileTest, NeverReplacesAFile) {
  ASSERT_THAT(WriteFile(path_, "precious"), IsOk());
  EXPECT_THAT(File::Create(path_, "", {}), IsOk());
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds("precious"));
}

TEST_F(FileTest, SaysWhyItCannotCreate) {
  EXPECT_THAT(File::Create(directory_.Path("no/f.hdf5"), "", {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no/")));
}

TEST_F(FileTest, SaysWhatIsNoHdf5FileAndLeavesItAsItIs) {
  for (const std::string& content :
       {std::string(), std::string("text"), std::string(4096, '\0')}) {
    ASSERT_THAT(WriteFile(path_, content), IsOk());
    for (const bool writable : {false, true}) {
      EXPECT_THAT(File::Open(path_, {.writable = writable}),
                  StatusIs(absl::StatusCode::kInvalidArgument,
                           AllOf(HasSubstr(path_), HasSubstr("no HDF5"))));
    }
    EXPECT_THAT(ReadFile(path_), IsOkAndHolds(content));
  }
  EXPECT_THAT(File::Open(directory_.path(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(FileTest, SaysWhatIsMissingOrCutOff) {
  EXPECT_THAT(File::Open(path_, {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  ASSERT_EQ(truncate(path_.c_str(), 300), 0);
  EXPECT_THAT(File::Open(path_, {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path_)));
}

TEST_F(FileTest, SaysWhatMayNotBeOpened) {
  if (geteuid() == 0) GTEST_SKIP() << "root may open anything";
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  ASSERT_EQ(chmod(path_.c_str(), 0400), 0);
  EXPECT_THAT(File::Open(path_, {}), IsOk());
  EXPECT_THAT(File::Open(path_, {.writable = true}),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(path_)));
}

TEST_F(FileTest, DoesNotOutliveExec) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  const auto file = File::Open(path_, {.writable = true});
  ASSERT_THAT(file, IsOk());
  int found = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target =
        std::filesystem::read_symlink(entry.path(), error).string();
    if (!absl::StartsWith(target, path_)) continue;
    const int fd = std::stoi(entry.path().filename().string());
    EXPECT_TRUE(fcntl(fd, F_GETFD) & FD_CLOEXEC) << target;
    ++found;
  }
  EXPECT_EQ(found, 2);  // with its journal
}

TEST_F(FileTest, WaitsForAnotherProcessOnlySoLong) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  // HDF5 takes the same kind of lock.
  UniqueFd other(open(path_.c_str(), O_RDWR));
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  const absl::Time start = absl::Now();
  EXPECT_THAT(File::Open(path_, {.lock_timeout = absl::Milliseconds(50)}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path_)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(50));
}

TEST_F(FileTest, GoesOnWhenTheOtherProcessIsDone) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const int fd = open(path_.c_str(), O_RDWR);
    flock(fd, LOCK_EX);
    const ssize_t written = write(ready[1], "x", 1);
    absl::SleepFor(absl::Milliseconds(100));
    _exit(written == 1 ? 0 : 1);
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_THAT(File::Open(path_, {.writable = true}), IsOk());
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
}

TEST_F(FileTest, CloseLetsGoOfTheLock) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  auto file = File::Open(path_, {.writable = true});
  ASSERT_THAT(file, IsOk());
  UniqueFd other(open(path_.c_str(), O_RDWR));
  EXPECT_NE(flock(other.get(), LOCK_EX | LOCK_NB), 0);
  ASSERT_THAT(file->Close(), IsOk());
  EXPECT_EQ(flock(other.get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(FileTest, ManyMayRead) {
  ASSERT_THAT(File::Create(path_, "", {}), IsOk());
  const auto file = File::Open(path_, {});
  ASSERT_THAT(file, IsOk());
  UniqueFd other(open(path_.c_str(), O_RDONLY));
  EXPECT_EQ(flock(other.get(), LOCK_SH | LOCK_NB), 0);
}

}  // namespace
}  // namespace cppet::hdf5
