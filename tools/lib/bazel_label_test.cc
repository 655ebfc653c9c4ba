#include "cppet/tools/lib/bazel_label.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(IsBazelLabelTest, TellsLabelsFromPaths) {
  EXPECT_TRUE(IsBazelLabel("//examples:lif_neuron"));
  EXPECT_TRUE(IsBazelLabel("@repo//pkg:target"));
  EXPECT_TRUE(IsBazelLabel("//examples"));
  EXPECT_FALSE(IsBazelLabel("/usr/bin/env"));
  EXPECT_FALSE(IsBazelLabel("./model"));
  EXPECT_FALSE(IsBazelLabel("model@2"));
  EXPECT_FALSE(IsBazelLabel("@model"));
}

// There is no Bazel inside of a test; its part is played by a script.
class BuildBazelLabelTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_.Path("workspace/a/b"));
    ASSERT_EQ(chdir(folder_.Path("workspace/a/b").c_str()), 0);
  }

  void MakeWorkspace(absl::string_view bazelw) {
    ASSERT_THAT(WriteFile(folder_.Path("workspace/WORKSPACE"), ""), IsOk());
    const std::string path = folder_.Path("workspace/bazelw");
    ASSERT_THAT(WriteFile(path, bazelw), IsOk());
    ASSERT_EQ(chmod(path.c_str(), 0755), 0);
  }

  const TempDirectory folder_;
};

TEST_F(BuildBazelLabelTest, BuildsAndReturnsTheProgram) {
  MakeWorkspace(R"(#!/bin/sh
case "$1 $*" in
  "build "*" -- //m:model") ;;
  "cquery "*" -- //m:model") echo bazel-out/k8-opt/bin/m/model ;;
  "info "*"execution_root") echo /base/execroot/w ;;
  *) exit 9 ;;
esac
)");
  EXPECT_THAT(BuildBazelLabel("//m:model"),
              IsOkAndHolds("/base/execroot/w/bazel-out/k8-opt/bin/m/model"));
}

TEST_F(BuildBazelLabelTest, ShowsTheErrorsOfTheBuild) {
  MakeWorkspace("#!/bin/sh\necho 'm.cc:3: error: oops' >&2; exit 1\n");
  EXPECT_THAT(BuildBazelLabel("//m:model"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("build exited with code 1"),
                             HasSubstr("m.cc:3: error: oops"))));
}

TEST_F(BuildBazelLabelTest, RefusesWhatIsNoProgram) {
  MakeWorkspace("#!/bin/sh\n");
  EXPECT_THAT(BuildBazelLabel("//m:library"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("//m:library is not one program")));
}

TEST_F(BuildBazelLabelTest, NeedsAWorkspace) {
  EXPECT_THAT(BuildBazelLabel("//m:model"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("WORKSPACE")));
}

}  // namespace
}  // namespace cppet
