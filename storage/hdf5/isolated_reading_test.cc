#include "cppet/storage/hdf5/isolated_reading.h"

#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/check.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/read_options.h"
#include "cppet/storage/hdf5/settings_reader.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/trajectory_bytes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Hdf5ReadOptions kIsolated = {.isolated = true};

absl::StatusOr<std::unique_ptr<StorageService>> Open(const std::string& path,
                                                     bool isolated) {
  Hdf5StorageOptions options;
  options.reading.isolated = isolated;
  return OpenHdf5Storage(path, options);
}

// The bytes of the last trajectory in the file, and what was left out of it.
std::pair<std::string, std::vector<std::string>> Load(const std::string& path,
                                                      bool isolated) {
  std::vector<std::string> warnings;
  LoadOptions all = LoadAll();
  all.warnings = &warnings;
  const auto storage = Open(path, isolated);
  EXPECT_THAT(storage, IsOk());
  const auto names = (*storage)->List();
  EXPECT_THAT(names, IsOk());
  const auto trajectory = (*storage)->Load(names->back(), all);
  EXPECT_THAT(trajectory, IsOk());
  return {EncodeTrajectory(**trajectory), warnings};
}

TEST(IsolatedReadingTest, GivesTheSameTrajectories) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("testdata/pypet")) {
    if (entry.path().extension() != ".hdf5") continue;
    ++files;
    SCOPED_TRACE(entry.path());
    const auto isolated = Load(entry.path(), true);
    const auto direct = Load(entry.path(), false);
    EXPECT_TRUE(isolated.first == direct.first);
    EXPECT_EQ(isolated.second, direct.second);
  }
  EXPECT_GT(files, 20);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(IsolatedReadingTest, GivesTheSameErrors) {
  const auto storage = Open("testdata/pypet/a_multiply.hdf5", true);
  ASSERT_THAT(storage, IsOk());
  EXPECT_THAT((*storage)->Load("none"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  const auto nothing = Open("none.hdf5", true);
  ASSERT_THAT(nothing, IsOk());
  EXPECT_THAT((*nothing)->List(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(CheckHdf5File("none.hdf5", kIsolated),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(IsolatedReadingTest, GivesTheSameProblemsAndSettings) {
  const std::string file = "testdata/pypet/f_blosc9_shuffle.hdf5";
  const auto storage = Open(file, true);
  ASSERT_THAT(storage, IsOk());
  const auto names = (*storage)->List();
  ASSERT_THAT(names, IsOk());
  const auto settings = ReadHdf5Settings(file, names->back(), kIsolated);
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->complib, "blosc");
  EXPECT_EQ(settings->complevel, 9);
  EXPECT_TRUE(settings->shuffle);
  EXPECT_FALSE(settings->results_overview);
  const auto problems = CheckHdf5File(file);
  ASSERT_THAT(problems, IsOk());
  EXPECT_THAT(CheckHdf5File(file, kIsolated), IsOkAndHolds(*problems));
}

TEST(IsolatedReadingTest, ReadsDirectlyWhatIsOpenForStoring) {
  const TempDirectory directory;
  const auto storage = Open(directory.Path("new.hdf5"), true);
  ASSERT_THAT(storage, IsOk());
  Trajectory trajectory("mine");
  trajectory.AddParameter("x", 1);
  ASSERT_THAT((*storage)->Store(trajectory), IsOk());
  EXPECT_THAT((*storage)->List(),
              IsOkAndHolds(std::vector<std::string>{"mine"}));
  EXPECT_THAT((*storage)->Load("mine"), IsOk());
}

TEST(IsolatedReadingTest, TellsOfTheFileThatCrashesTheReader) {
  EXPECT_THAT(hdf5::ReadIsolated("some.hdf5", kIsolated,
                                 []() -> absl::StatusOr<hdf5::Texts> {
                                   raise(SIGKILL);
                                   return hdf5::Texts();
                                 }),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("some.hdf5"), HasSubstr("signal 9"))));
}

TEST(IsolatedReadingTest, TellsOfTheFileThatNeedsTooMuchMemory) {
  EXPECT_THAT(hdf5::ReadIsolated("some.hdf5", kIsolated,
                                 []() -> absl::StatusOr<hdf5::Texts> {
                                   hdf5::Texts texts(1);
                                   texts[0].resize(size_t{3} << 30);
                                   return texts;
                                 }),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr("some.hdf5"), HasSubstr("memory"))));
}

}  // namespace
}  // namespace cppet
