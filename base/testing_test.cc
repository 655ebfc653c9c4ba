#include "cppet/base/testing.h"

#include <filesystem>
#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

TEST(TempDirectoryTest, IsThereAndEmptyAndGoesWithAllThatIsInIt) {
  std::string path;
  {
    const TempDirectory directory;
    path = directory.path();
    EXPECT_TRUE(fs::is_empty(path));
    fs::create_directory(directory.Path("a"));
    EXPECT_THAT(WriteFile(directory.Path("a/b"), "text"), IsOk());
    EXPECT_EQ(directory.Path("a/b"), path + "/a/b");
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TempDirectoryTest, IsAnotherEachTime) {
  EXPECT_NE(TempDirectory().path(), TempDirectory().path());
}

}  // namespace
}  // namespace cppet
