#include "cppet/base/sha1.h"

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

// The examples of FIPS 180-1.
TEST(Sha1HexTest, AgreesWithTheStandard) {
  EXPECT_EQ(Sha1Hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Sha1Hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Sha1Hex(std::string(1000000, 'a')),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1HexTest, TakesBytesOfAllValues) {
  EXPECT_NE(Sha1Hex(std::string("a\0b", 3)), Sha1Hex(std::string("a\0c", 3)));
}

TEST(Sha1HexOfFileTest, IsThatOfTheContent) {
  const TempDirectory directory;
  const std::string path = directory.Path("file");
  const std::string content(1000000, 'a');
  ASSERT_THAT(WriteFile(path, content), IsOk());
  EXPECT_THAT(Sha1HexOfFile(path), IsOkAndHolds(Sha1Hex(content)));
}

TEST(Sha1HexOfFileTest, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(Sha1HexOfFile("/no/such"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such")));
  EXPECT_THAT(Sha1HexOfFile("/"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace cppet
