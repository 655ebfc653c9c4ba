#include "cppet/base/file_util.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FileUtilTest : public ::testing::Test {
 protected:
  // Of all that is in the folder.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

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

TEST_F(FileUtilTest, WritingAtomicallyLeavesTheWholeContentAndNothingElse) {
  for (const bool durable : {false, true}) {
    ASSERT_THAT(WriteFileAtomically(path_, "long content", durable), IsOk());
    EXPECT_THAT(ReadFile(path_), IsOkAndHolds("long content"));
    ASSERT_THAT(WriteFileAtomically(path_, "short", durable), IsOk());
    EXPECT_THAT(ReadFile(path_), IsOkAndHolds("short"));
  }
  EXPECT_THAT(Names(), ElementsAre("file"));
}

TEST_F(FileUtilTest, WritingAtomicallyKeepsTheOldContentOnErrors) {
  ASSERT_THAT(WriteFile(path_, "old"), IsOk());
  // A link in place of the temporary file, to where nothing can be written.
  std::filesystem::create_symlink("/dev/full", path_ + kTemporaryFileSuffix);
  EXPECT_THAT(WriteFileAtomically(path_, "new", /*durable=*/false),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr(path_), HasSubstr("No space"))));
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds("old"));
  EXPECT_THAT(Names(), ElementsAre("file"));
  EXPECT_THAT(WriteFileAtomically(directory_.Path("no/file"), "", true),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no/file")));
}

TEST_F(FileUtilTest, WritingAtomicallyReplacesWhatAKilledWriterLeft) {
  ASSERT_THAT(WriteFile(path_ + kTemporaryFileSuffix, "half of a long conte"),
              IsOk());
  ASSERT_THAT(WriteFileAtomically(path_, "new", /*durable=*/true), IsOk());
  EXPECT_THAT(ReadFile(path_), IsOkAndHolds("new"));
  EXPECT_THAT(Names(), ElementsAre("file"));
}

TEST_F(FileUtilTest, RenamesOnlyToANewName) {
  ASSERT_THAT(WriteFile(directory_.Path("a"), "a"), IsOk());
  ASSERT_THAT(WriteFile(directory_.Path("b"), "b"), IsOk());
  EXPECT_THAT(RenameNew(directory_.Path("a"), directory_.Path("b")),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("b")));
  EXPECT_THAT(ReadFile(directory_.Path("b")), IsOkAndHolds("b"));
  EXPECT_THAT(RenameNew(directory_.Path("a"), directory_.Path("c")), IsOk());
  EXPECT_THAT(ReadFile(directory_.Path("c")), IsOkAndHolds("a"));
  EXPECT_THAT(ReadFile(directory_.Path("a")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FileUtilTest, KnowsAFileByAllItsNames) {
  ASSERT_THAT(WriteFile(directory_.Path("a"), "a"), IsOk());
  ASSERT_THAT(WriteFile(directory_.Path("b"), "a"), IsOk());
  ASSERT_EQ(symlink(directory_.Path("a").c_str(), directory_.Path("c").c_str()),
            0);
  EXPECT_TRUE(IsSameFile(directory_.Path("a"), directory_.Path("c")));
  EXPECT_FALSE(IsSameFile(directory_.Path("a"), directory_.Path("b")));
  EXPECT_FALSE(IsSameFile(directory_.Path("none"), directory_.Path("none")));
}

TEST_F(FileUtilTest, SyncsFoldersOnly) {
  EXPECT_THAT(SyncFolder(directory_.path()), IsOk());
  EXPECT_THAT(SyncFolder(directory_.Path("no")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no")));
  ASSERT_THAT(WriteFile(path_, ""), IsOk());
  EXPECT_THAT(SyncFolder(path_), Not(IsOk()));
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
