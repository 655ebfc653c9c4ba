#include "cppet/environment/continuing/snapshot_file.h"

#include <sys/stat.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SnapshotFileTest : public ::testing::Test {
 protected:
  absl::Status Write(absl::string_view content) {
    return WriteSnapshotFile(path_, SnapshotKind::kResult, content, false);
  }
  absl::StatusOr<std::string> Read() {
    return ReadSnapshotFile(path_, SnapshotKind::kResult);
  }

  const TempDirectory folder_;
  const std::string path_ = folder_.Path("result_00000003.rcnt");
};

TEST_F(SnapshotFileTest, ContentComesBack) {
  for (const std::string& content :
       {std::string(), std::string("a\0b", 3), std::string(300'000, 'x')}) {
    ASSERT_THAT(Write(content), IsOk());
    EXPECT_THAT(Read(), IsOkAndHolds(content));
  }
}

TEST_F(SnapshotFileTest, EachChangedOrMissingByteIsFound) {
  ASSERT_THAT(Write("what run 3 returned"), IsOk());
  const std::string whole = ReadFile(path_).value();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] ^= 0x10;
    ASSERT_THAT(WriteFile(path_, changed), IsOk());
    EXPECT_THAT(Read(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path_)));
    ASSERT_THAT(WriteFile(path_, whole.substr(0, i)), IsOk());
    EXPECT_THAT(Read(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path_)));
  }
  ASSERT_THAT(WriteFile(path_, whole + "x"), IsOk());
  EXPECT_THAT(Read(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("too long")));
  ASSERT_THAT(WriteFile(path_, whole), IsOk());
  EXPECT_THAT(Read(), IsOk());
}

TEST_F(SnapshotFileTest, OtherKindsAndVersionsAreNamed) {
  ASSERT_THAT(Write("content"), IsOk());
  EXPECT_THAT(ReadSnapshotFile(path_, SnapshotKind::kEnvironment),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("of its kind")));
  for (const auto& [version, name] :
       {std::pair<uint32_t, std::string>(1, "older"), {1000, "newer"}}) {
    ASSERT_THAT(Write("content"), IsOk());
    std::string file = ReadFile(path_).value();
    std::memcpy(&file[8], &version, sizeof(version));
    file.replace(20, 40, Sha1Hex(file.substr(0, 20) + "content"));
    ASSERT_THAT(WriteFile(path_, file), IsOk());
    EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kUnimplemented,
                                 AllOf(HasSubstr(path_), HasSubstr(name))));
  }
}

TEST_F(SnapshotFileTest, WhatIsNoFileIsNotRead) {
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  ASSERT_EQ(mkfifo(path_.c_str(), 0666), 0);
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Write("x"), Not(IsOk()));
}

}  // namespace
}  // namespace cppet
