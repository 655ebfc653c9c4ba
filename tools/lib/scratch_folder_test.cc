#include "cppet/tools/lib/scratch_folder.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

bool IsGone(const std::string& path) {
  for (int i = 0; i < 500 && std::filesystem::exists(path); ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  return !std::filesystem::exists(path);
}

class ScratchFolderTest : public testing::Test {
 protected:
  void SetUp() override { setenv("TMPDIR", parent_.path().c_str(), 1); }

  const TempDirectory parent_;
};

TEST_F(ScratchFolderTest, GoesWithAllThatIsInIt) {
  std::string path;
  {
    const auto folder = ScratchFolder::Create();
    ASSERT_THAT(folder, IsOk());
    path = (*folder)->path();
    EXPECT_THAT(path, HasSubstr(parent_.path()));
    std::filesystem::create_directory(path + "/sub");
    EXPECT_THAT(WriteFile(path + "/sub/file", "text"), IsOk());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ScratchFolderTest, StaysWhenAForkedProcessEnds) {
  const auto folder = ScratchFolder::Create();
  ASSERT_THAT(folder, IsOk());
  const pid_t child = fork();
  if (child == 0) {
    (*folder)->~ScratchFolder();
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(std::filesystem::exists((*folder)->path()));
}

TEST_F(ScratchFolderTest, GoesWhenTheProcessAndWhatItForkedAreKilled) {
  const std::string note = parent_.Path("note");
  const pid_t owner = fork();
  if (owner == 0) {
    const auto folder = ScratchFolder::Create();
    const pid_t worker = fork();
    if (worker == 0) pause();
    const std::string text = absl::StrCat((*folder)->path(), " ", worker);
    _exit(!WriteFile(note, text).ok() || pause());
  }
  std::string text;
  for (int i = 0; i < 500 && text.empty(); ++i) {
    absl::SleepFor(absl::Milliseconds(10));
    text = ReadFile(note).value_or("");
  }
  const std::string path = text.substr(0, text.find(' '));
  ASSERT_TRUE(std::filesystem::exists(path));
  kill(owner, SIGKILL);
  ASSERT_EQ(waitpid(owner, nullptr, 0), owner);
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(std::filesystem::exists(path)) << "the worker may still use it";
  kill(std::atoi(text.substr(text.find(' ')).c_str()), SIGKILL);
  EXPECT_TRUE(IsGone(path));
}

TEST_F(ScratchFolderTest, NamesAFolderThatCannotBeUsed) {
  setenv("TMPDIR", "/nowhere/at/all", 1);
  const auto folder = ScratchFolder::Create();
  ASSERT_THAT(folder, Not(IsOk()));
  EXPECT_THAT(std::string(folder.status().message()),
              HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace cppet
