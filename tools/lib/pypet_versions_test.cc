#include "cppet/tools/lib/pypet_versions.h"

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

// Makes `script` the only program on the PATH, called python3.
void FakePython(const TempDirectory& folder, absl::string_view script) {
  const std::string path = folder.Path("python3");
  ASSERT_THAT(WriteFile(path, script), IsOk());
  ASSERT_EQ(chmod(path.c_str(), 0755), 0);
  setenv("PATH", folder.path().c_str(), 1);
}

TEST(PypetVersionsTest, ReadsVersions) {
  const absl::StatusOr<PypetVersions> versions =
      GetPypetVersions("0.7.0/3.11.2");
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ(versions->pypet, "0.7.0");
  EXPECT_EQ(versions->python, "3.11.2");
}

TEST(PypetVersionsTest, RefusesOthers) {
  for (const absl::string_view text :
       {"", "0.7.0", "0.7.0/", "/3.11.2", "a/b", "1/2/3", "0.7 .0/3"}) {
    EXPECT_THAT(GetPypetVersions(text),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(PypetVersionsTest, AsksPython) {
  const TempDirectory folder;
  FakePython(folder, "#!/bin/sh\necho chatter\necho 0.6.1/3.9.7\n");
  const absl::StatusOr<PypetVersions> versions = GetPypetVersions("auto");
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ(versions->pypet, "0.6.1");
  EXPECT_EQ(versions->python, "3.9.7");
}

TEST(PypetVersionsTest, SaysWhyPythonDoesNotKnow) {
  const TempDirectory folder;
  FakePython(folder,
             "#!/bin/sh\necho 'ModuleNotFoundError: No module' >&2; exit 1\n");
  EXPECT_THAT(GetPypetVersions("auto"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("ModuleNotFoundError: No module")));
  setenv("PATH", "/nowhere", 1);
  EXPECT_THAT(GetPypetVersions("auto"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("python3")));
}

}  // namespace
}  // namespace cppet
