#include "cppet/sumatra/project_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ReadProjectTest, TakesWhatARecordNeeds) {
  const TestProject files("two");
  const ProjectSettings project = ReadProject(files.folder()).value();
  EXPECT_EQ(project.folder, files.folder());
  EXPECT_EQ(project.file, files.project_file());
  EXPECT_EQ(project.name, "Fixture");
  EXPECT_EQ(project.record_store.type, "DjangoRecordStore");
  EXPECT_EQ(project.repository.type, "GitRepository");
  EXPECT_EQ(project.launch_mode.type, "SerialLaunchMode");
  EXPECT_EQ(project.launch_mode.parameters.dump(),
            absl::StrCat("{\"working_directory\":\"", files.folder(),
                         "\",\"options\":null}"));
  EXPECT_EQ(project.input_data_store.parameters.dump(), "{\"root\":\"/\"}");
  EXPECT_EQ(project.label_rule.source, LabelRule::Source::kTimestamp);
}

TEST(ReadProjectTest, GivesWhatOldVersionsHadNotItsDefault) {
  const TestProject files("two");
  ASSERT_THAT(WriteFile(files.project_file(),
                        R"({"name": "P", "record_store": {"type": "a.B"},
                            "default_repository": {"type": "a.C"}})"),
              IsOk());
  const ProjectSettings project = ReadProject(files.folder()).value();
  EXPECT_EQ(project.record_store.type, "B");
  EXPECT_EQ(project.launch_mode.type, "SerialLaunchMode");
  EXPECT_EQ(project.data_store.parameters.dump(),
            absl::StrCat("{\"root\":\"", files.folder(), "/Data\"}"));
  EXPECT_EQ(project.input_data_store.parameters.dump(),
            project.data_store.parameters.dump());
  EXPECT_EQ(project.label_rule.timestamp_format, "%Y%m%d-%H%M%S");
  EXPECT_FALSE(project.stores_diff);
}

TEST(ReadProjectTest, FindsTheNearestFolder) {
  const TestProject files("two");
  std::filesystem::create_directories(files.Path("sub/.smt"));
  for (const std::string path : {"", "/", "/sub", "/sub/", "/none/../sub"}) {
    EXPECT_EQ(ReadProject(files.folder() + path).value().folder, files.folder())
        << path << ": a folder .smt alone is no project";
  }
  std::filesystem::copy(files.project_file(), files.Path("sub/.smt/project"));
  EXPECT_EQ(ReadProject(files.Path("sub")).value().folder, files.Path("sub"));
  EXPECT_EQ(ReadProject("~/sub").value().folder, files.Path("sub"));
  EXPECT_EQ(ReadProject("~").value().folder, files.folder());
}

TEST(ReadProjectTest, IsNotFoundWithoutOne) {
  const TempDirectory directory;
  EXPECT_THAT(
      ReadProject(directory.path()),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr(directory.path())));
  EXPECT_THAT(ReadProject(""), StatusIs(absl::StatusCode::kNotFound));
}

TEST(ReadProjectTest, RefusesWhatIsNoProject) {
  const TestProject files("two");
  const auto read = [&](const std::string& text) {
    EXPECT_THAT(WriteFile(files.project_file(), text), IsOk());
    return ReadProject(files.folder()).status();
  };
  const auto is_none =
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr(files.project_file()), HasSubstr("no Sumatra")));
  for (const std::string text :
       {"", "{", "[]", "3", "\"\xff\"", "(dp0\nS'a'\np1\n.", "{}",
        R"({"name": 3})", R"({"name": ""})", R"({"name": "P"})",
        R"({"name": "P", "record_store": "x"})",
        R"({"name": "P", "record_store": {"type": 3}})",
        R"({"name": "P", "record_store": {"type": "B"}})",
        R"({"name": "P", "record_store": {"type": "B"},
            "default_repository": null})"}) {
    EXPECT_THAT(read(text), is_none) << text;
  }
  const std::string start =
      R"({"name": "P", "record_store": {"type": "B"},
          "default_repository": {"type": "C"}, )";
  for (const std::string rest :
       {R"("on_changed": "ask"})", R"("on_changed": 1})",
        R"("label_generator": "random"})", R"("timestamp_format": 1})",
        R"("data_store": []})"}) {
    EXPECT_THAT(read(start + rest), is_none) << rest;
  }
  const std::string deep(300'000, '[');
  EXPECT_THAT(read(absl::StrCat(start, "\"x\": ", deep)), is_none);
  EXPECT_THAT(read(absl::StrCat(start, "\"x\": ", deep,
                                std::string(deep.size(), ']'), "}")),
              is_none);
  EXPECT_THAT(read(std::string(2 << 20, ' ')),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr(files.project_file())));
}

TEST(CheckProjectCanChangeTest, RefusesWhatMayNotBeWritten) {
  const TestProject files("two");
  const ProjectSettings project = ReadProject(files.folder()).value();
  const auto is_denied = [](const std::string& path) {
    return StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(path));
  };
  chmod(files.Path(".smt").c_str(), 0777);
  chmod(files.project_file().c_str(), 0444);
  AsNobody(files, [&] {
    EXPECT_THAT(CheckProjectCanChange(project),
                is_denied(files.project_file()));
  });
  chmod(files.project_file().c_str(), 0666);
  AsNobody(files, [&] { EXPECT_THAT(CheckProjectCanChange(project), IsOk()); });
  chmod(files.Path(".smt").c_str(), 0555);
  AsNobody(files, [&] {
    EXPECT_THAT(CheckProjectCanChange(project), is_denied(files.Path(".smt")));
  });
}

TEST(ReadProjectTest, WaitsForAFileThatSumatraHasEmptied) {
  const TestProject files("two");
  const std::string content = ReadFile(files.project_file()).value();
  ASSERT_THAT(WriteFile(files.project_file(), ""), IsOk());
  std::thread writer([&] {
    absl::SleepFor(absl::Milliseconds(30));
    EXPECT_THAT(WriteFile(files.project_file(), content), IsOk());
  });
  EXPECT_THAT(ReadProject(files.folder()), IsOk());
  writer.join();
}

TEST(LockProjectTest, ExcludesOthersUntilItIsClosed) {
  const TestProject files("two");
  const ProjectSettings project = ReadProject(files.folder()).value();
  UniqueFd lock = LockProject(project, absl::ZeroDuration()).value();
  EXPECT_THAT(CheckProjectCanChange(project), IsOk());
  const absl::Time start = absl::Now();
  EXPECT_THAT(LockProject(project, absl::Milliseconds(100)),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(files.project_file())));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(100));
  lock.Reset();
  EXPECT_THAT(LockProject(project, absl::ZeroDuration()), IsOk());
}

TEST(LockProjectTest, IsOfTheFileThatReplacedTheLockedOne) {
  const TestProject files("two");
  const ProjectSettings project = ReadProject(files.folder()).value();
  const UniqueFd old_lock = LockProject(project, absl::ZeroDuration()).value();
  ASSERT_THAT(SetMostRecent(project, "a"), IsOk());
  const UniqueFd lock = LockProject(project, absl::ZeroDuration()).value();
  EXPECT_THAT(LockProject(project, absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(SetMostRecentTest, FollowsALinkToTheProject) {
  const TestProject files("two");
  std::filesystem::rename(files.project_file(), files.Path("real"));
  std::filesystem::create_symlink("../real", files.project_file());
  ASSERT_THAT(SetMostRecent(ReadProject(files.folder()).value(), "a"), IsOk());
  EXPECT_TRUE(std::filesystem::is_symlink(files.project_file()));
  EXPECT_THAT(ReadFile(files.Path("real")),
              IsOkAndHolds(HasSubstr("\"_most_recent\": \"a\"")));
}

}  // namespace
}  // namespace cppet
