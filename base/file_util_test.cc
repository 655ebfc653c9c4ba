#include "cppet/base/file_util.h"

#include <string>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class FileUtilTest : public ::testing::Test {
 protected:
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("file");
};

TEST_F(FileUtilTest, ReadsWhatWasWritten) {
  for (const std::string& content :
       {std::string(), std::string("a\0b\n", 4), std::string(200'001, 'x')}) {
    ASSERT_THAT(WriteFile(path_, content), IsOk());
    EXPECT_THAT(ReadFile(path_), IsOkAndHolds(content));
  }
}

TEST_F(FileUtilTest, WritingReplacesALongerContent) {
  ASSERT_THAT(WriteFile(path_, "long content"), IsOk());
  ASSERT_THAT(WriteFile(path_, "short"), IsOk());
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds("short"));
}

TEST_F(FileUtilTest, RefusesToReadAFileThatIsTooLong) {
  ASSERT_THAT(WriteFile(path_, "12345"), IsOk());
  EXPECT_THAT(ReadFile(path_, {.max_bytes = 5}), IsOkAndHolds("12345"));
  EXPECT_THAT(ReadFile(path_, {.max_bytes = 4}),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr(path_)));
  EXPECT_THAT(ReadFile("/dev/zero", {.max_bytes = 1'000'000}),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(FileUtilTest, NamesTheFileInErrors) {
  EXPECT_THAT(ReadFile(path_),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr(path_), HasSubstr("No such file"))));
  EXPECT_THAT(WriteFile(directory_.Path("no/file"), ""),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no/file")));
  EXPECT_THAT(ReadFile(directory_.path()), Not(IsOk()));
  EXPECT_THAT(WriteFile(directory_.path(), ""), Not(IsOk()));
  EXPECT_THAT(WriteFile("/dev/full", "x"),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace cppet
