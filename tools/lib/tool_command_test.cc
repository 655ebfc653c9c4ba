#include "cppet/tools/lib/tool_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

TEST(ToolCommandTest, NamesTheProgramBesideThisOne) {
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(ToolCommand("inspect", {"a b.hdf5"}, "bazel-bin/tools/explore"),
            "bazel-bin/tools/inspect 'a b.hdf5'");
  EXPECT_EQ(ToolCommand("inspect", {}, "explore"), "inspect");
}

TEST(ToolCommandTest, NamesBazelIfBazelRanIt) {
  const TempDirectory workspace;
  ASSERT_EQ(chdir(workspace.path().c_str()), 0);
  setenv("BUILD_WORKING_DIRECTORY", workspace.path().c_str(), 1);
  setenv("BUILD_WORKSPACE_DIRECTORY", workspace.path().c_str(), 1);
  EXPECT_EQ(ToolCommand("inspect", {"a.hdf5"}, "/bin/tools/explore"),
            "bazel run //tools:inspect -- a.hdf5");
  EXPECT_EQ(
      ToolCommand("inspect", {"a.hdf5"}, "/bin/external/cppet/tools/explore"),
      "bazel run @cppet//tools:inspect -- a.hdf5");
}

TEST(ToolCommandTest, NamesTheBazelwOfTheWorkspace) {
  const TempDirectory workspace;
  ASSERT_EQ(chdir(workspace.path().c_str()), 0);
  setenv("BUILD_WORKING_DIRECTORY", workspace.path().c_str(), 1);
  setenv("BUILD_WORKSPACE_DIRECTORY", workspace.path().c_str(), 1);
  ASSERT_THAT(WriteFile("bazelw", "#!/bin/sh\n"), IsOk());
  ASSERT_EQ(chmod("bazelw", 0755), 0);
  EXPECT_EQ(ToolCommand("explore", {"s.yaml", "--continue"}, ""),
            "./bazelw run //tools:explore -- s.yaml --continue");
  ASSERT_EQ(mkdir("sub", 0755), 0);
  ASSERT_EQ(chdir("sub"), 0);
  EXPECT_EQ(ToolCommand("inspect", {}, ""), "../bazelw run //tools:inspect --");
}

}  // namespace
}  // namespace cppet
