#include "cppet/sumatra/data_key.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

class DataKeyTest : public ::testing::Test {
 protected:
  DataKeyTest() {
    std::filesystem::create_directories(directory_.Path("Data/sub"));
  }

  DataKey KeyOf(const std::string& name) {
    EXPECT_THAT(WriteFile(directory_.Path(name), "12345"), IsOk());
    return MakeDataKey(directory_.Path(name), directory_.Path("Data")).value();
  }

  const TempDirectory directory_;
};

TEST_F(DataKeyTest, SaysWhatTheFileIs) {
  const DataKey key = KeyOf("Data/sub/a.csv");
  struct stat status;
  ASSERT_EQ(stat(directory_.Path("Data/sub/a.csv").c_str(), &status), 0);
  EXPECT_EQ(key.path, "sub/a.csv");
  EXPECT_EQ(key.digest, Sha1Hex("12345"));
  EXPECT_EQ(key.creation, status.st_ctime);
  EXPECT_EQ(key.size, 5);
  EXPECT_EQ(MetadataJson(key),
            "{\"encoding\": null, \"mimetype\": \"text/csv\", \"size\": 5}");
}

TEST_F(DataKeyTest, HasTheWholePathOutsideOfTheStore) {
  EXPECT_EQ(KeyOf("a.csv").path, directory_.Path("a.csv"));
  EXPECT_EQ(KeyOf("Data2").path, directory_.Path("Data2"));
}

TEST_F(DataKeyTest, LooksThroughLinks) {
  ASSERT_EQ(symlink("Data", directory_.Path("link").c_str()), 0);
  EXPECT_EQ(KeyOf("link/sub/../a.csv").path, "a.csv");
  EXPECT_EQ(MakeDataKey(directory_.Path("Data/a.csv"), directory_.Path("link"))
                .value()
                .path,
            "a.csv");
}

TEST_F(DataKeyTest, KnowsTheTypesThatPythonKnows) {
  for (const std::string name :
       {"a.csv", "a.h5", "a.hdf5", "a.html", "a.json", "a.pdf", "a.png",
        "a.svg", "a.txt", "a.TXT", "a.log", "a.npz", "a.dat", "a"}) {
    const SubprocessResult python =
        RunSubprocess({"/usr/bin/python3", "-c",
                       "import json, mimetypes, sys; "
                       "print(json.dumps({'encoding': None, 'size': 5, "
                       "'mimetype': mimetypes.MimeTypes().guess_type("
                       "sys.argv[1])[0]}, sort_keys=True), end='')",
                       name})
            .value();
    EXPECT_EQ(MetadataJson(KeyOf(name)), python.standard_output) << name;
  }
}

TEST_F(DataKeyTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(MakeDataKey(directory_.Path("none"), directory_.path()),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr(directory_.Path("none"))));
  EXPECT_THAT(MakeDataKey(directory_.Path("Data"), directory_.path()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Data")));
  ASSERT_EQ(mkfifo(directory_.Path("fifo").c_str(), 0644), 0);
  EXPECT_THAT(MakeDataKey(directory_.Path("fifo"), directory_.path()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fifo")));
}

}  // namespace
}  // namespace cppet
