#include "cppet/environment/scheduling/control_groups.h"

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ControlGroupsTest : public ::testing::Test {
 protected:
  ControlGroupsTest() {
    std::filesystem::create_directories(folder_.Path("proc/self"));
  }

  void Write(const std::string& groups, const std::string& mountinfo) {
    EXPECT_THAT(WriteFile(folder_.Path("proc/self/cgroup"), groups), IsOk());
    EXPECT_THAT(WriteFile(folder_.Path("proc/self/mountinfo"), mountinfo),
                IsOk());
  }
  // Without the root.
  std::vector<std::string> Folders(absl::string_view controller) const {
    std::vector<std::string> folders;
    for (const std::string& folder :
         ControlGroupFolders(controller, folder_.path())) {
      EXPECT_EQ(folder.compare(0, folder_.path().size(), folder_.path()), 0);
      folders.push_back(folder.substr(folder_.path().size()));
    }
    return folders;
  }

  const TempDirectory folder_;
};

TEST_F(ControlGroupsTest, FindsGroupsOfVersion2UpToTheRoot) {
  Write("0::/user.slice/session-1.scope\n",
        "22 1 0:20 / /proc rw,relatime shared:5 - proc proc rw\n"
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 "
        "rw,nsdelegate\n");
  EXPECT_THAT(Folders("memory"),
              ElementsAre("/sys/fs/cgroup/user.slice/session-1.scope",
                          "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"));
}

TEST_F(ControlGroupsTest, FindsTheGroupsOfAControllerOfVersion1) {
  Write("4:memory:/a/b\n2:cpu,cpuacct:/c\n1:name=systemd:/d\n0::/\n",
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup "
        "rw,cpu,cpuacct\n"
        "35 31 0:32 / /mnt/memory rw - cgroup cgroup rw,memory\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  EXPECT_THAT(Folders("memory"),
              ElementsAre("/mnt/memory/a/b", "/mnt/memory/a", "/mnt/memory",
                          "/sys/fs/cgroup/unified"));
  EXPECT_THAT(Folders("cpu"), ElementsAre("/sys/fs/cgroup/cpu,cpuacct/c",
                                          "/sys/fs/cgroup/cpu,cpuacct",
                                          "/sys/fs/cgroup/unified"));
}

TEST_F(ControlGroupsTest, FollowsMountsOfPartOfAllGroups) {
  Write("3:memory:/docker/0a1b/inner\n",
        "35 31 0:32 /docker/0a1b /sys/fs/cgroup/my\\040memory rw - cgroup "
        "cgroup rw,memory\n");
  EXPECT_THAT(Folders("memory"), ElementsAre("/sys/fs/cgroup/my memory/inner",
                                             "/sys/fs/cgroup/my memory"));
  // Not of this one, though it begins alike; only the mount itself is seen.
  Write("3:memory:/docker/0a1bc/inner\n",
        "35 31 0:32 /docker/0a1b /memory rw - cgroup cgroup rw,memory\n");
  EXPECT_THAT(Folders("memory"), ElementsAre("/memory"));
  Write("0::/../../other\n", "30 23 0:26 / /group rw - cgroup2 cgroup2 rw\n");
  EXPECT_THAT(Folders("memory"), ElementsAre("/group"));
}

TEST_F(ControlGroupsTest, KnowsWhereGroupsUsuallyAre) {
  Write("3:memory:/a\n0::/b\n", "");
  EXPECT_THAT(Folders("memory"),
              ElementsAre("/sys/fs/cgroup/memory/a", "/sys/fs/cgroup/memory",
                          "/sys/fs/cgroup/b", "/sys/fs/cgroup"));
}

TEST_F(ControlGroupsTest, WhatCannotBeReadIsNoGroup) {
  EXPECT_THAT(Folders("memory"), IsEmpty());
  std::string hostile = "\n:\n::\n0:memory\n - - -\n\\0 \\";
  hostile.push_back('\0');
  Write(hostile, hostile);
  EXPECT_THAT(Folders("memory"), ElementsAre("/sys/fs/cgroup"));
  std::string deep = "0::";
  for (int i = 0; i < 1'000'000; ++i) deep += "/a";
  Write(deep, "x");
  EXPECT_THAT(Folders("memory"), ElementsAre("/sys/fs/cgroup"));
  std::filesystem::remove(folder_.Path("proc/self/cgroup"));
  std::filesystem::create_directory(folder_.Path("proc/self/cgroup"));
  EXPECT_THAT(Folders("memory"), IsEmpty());
}

}  // namespace
}  // namespace cppet
