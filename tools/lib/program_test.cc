#include "cppet/tools/lib/program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(chdir(folder_.path().c_str()), 0);
    ASSERT_THAT(WriteFile("model", "#!/bin/sh\n"), IsOk());
    ASSERT_EQ(chmod("model", 0755), 0);
    ASSERT_THAT(WriteFile("text", "text"), IsOk());
  }

  const TempDirectory folder_;
};

TEST_F(ProgramTest, FindsPathsAndProgramsOnThePath) {
  EXPECT_THAT(CheckProgram("./model"), IsOk());
  EXPECT_THAT(CheckProgram(folder_.Path("model")), IsOk());
  EXPECT_THAT(CheckProgram("sh"), IsOk());
  setenv("PATH", folder_.path().c_str(), 1);
  EXPECT_THAT(CheckProgram("model"), IsOk());
  EXPECT_THAT(CheckProgram("sh"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ProgramTest, SaysWhatIsMissing) {
  EXPECT_THAT(CheckProgram("./modle"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("./modle")));
  EXPECT_THAT(
      CheckProgram("model"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("do you mean ./model?")));
  EXPECT_THAT(CheckProgram("./text"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("chmod +x ./text")));
  EXPECT_THAT(CheckProgram("/usr/bin/"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cppet
