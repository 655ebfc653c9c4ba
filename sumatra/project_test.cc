#include "cppet/sumatra/project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/sumatra/calendar_time.h"
#include "cppet/sumatra/platform.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

std::unique_ptr<SumatraProject> OpenProject(const TestProject& files) {
  return SumatraProject::Open(files.folder()).value();
}

SumatraRecord ARecord() {
  SumatraRecord record;
  record.reason = "it's a \"try\"";
  record.outcome = "done";
  record.timestamp = 1795645857.25;  // 2026-11-25 22:30:57.25 UTC
  record.duration = 2.5;
  record.version = "ef6b4b808359171cc33be3dfe81dc5239e6bad42";
  record.diff = "--- a\n+++ b\n";
  record.user = "Ada <ada@example.org>";
  record.script_arguments = "--n 3";
  record.executable = "/opt/sim/bin/simulate";
  record.parameters = {{"parameters.x", {1, 2}}, {"parameters.a", 0.5}};
  return record;
}

std::string PlatformRow() {
  const Platform platform = ThisPlatform();
  return absl::StrCat(platform.architecture_bits, "|ELF|", platform.machine,
                      "|", platform.network_name, "|127.0.0.1||",
                      platform.release, "|", platform.system_name, "|",
                      platform.version);
}

struct stat StatusOf(const std::string& path) {
  struct stat status;
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status;
}

TEST(SumatraProjectTest, FindsTheProjectAboveAFolder) {
  const TestProject files("two");
  const auto project =
      SumatraProject::Open(files.Path("Data/no/such/folder")).value();
  EXPECT_EQ(project->folder(), files.folder());
  EXPECT_EQ(project->name(), "Fixture");
  EXPECT_EQ(project->repository_type(), "GitRepository");
  EXPECT_EQ(project->repository_url(), files.folder());
  EXPECT_FALSE(project->stores_diff());
  files.Edit("\"on_changed\": \"error\"", "\"on_changed\": \"store-diff\"");
  EXPECT_TRUE(OpenProject(files)->stores_diff());
}

TEST(SumatraProjectTest, AddsAllRowsThatSumatraWants) {
  const TestProject files("empty");
  const std::vector<std::string> before = files.Dump();
  ASSERT_THAT(WriteFile(files.Path("Data/out.csv"), "a,b\n"), IsOk());
  const auto created = StatusOf(files.Path("Data/out.csv")).st_ctime;

  SumatraRecord record = ARecord();
  record.output_files = {files.Path("Data/out.csv")};
  EXPECT_THAT(OpenProject(files)->AddRecord(record),
              IsOkAndHolds("20261125-223057"));
  EXPECT_THAT(
      NewLines(before, files.Dump()),
      UnorderedElementsAre(
          "django_store_project: Fixture||",
          "django_store_executable: 1|/opt/sim/bin/simulate|simulate|unknown|",
          absl::StrCat("django_store_repository: 1|GitRepository|",
                       files.folder(), "|NULL"),
          absl::StrCat("django_store_launchmode: 1|SerialLaunchMode|"
                       "{'working_directory': '",
                       files.folder(), "', 'options': None}"),
          absl::StrCat("django_store_datastore: 1|FileSystemDataStore|"
                       "{'root': '",
                       files.folder(), "/Data'}"),
          "django_store_datastore: 2|FileSystemDataStore|{'root': '/'}",
          "django_store_parameterset: 1|JSONParameterSet|{\n"
          "    \"parameters.a\": 0.5,\n"
          "    \"parameters.x\": [\n"
          "        1,\n"
          "        2\n"
          "    ]\n"
          "}",
          absl::StrCat("django_store_platforminformation: 1|", PlatformRow()),
          // In the order of Sumatra's own columns.
          "django_store_record: 20261125-223057|1|it's a \"try\"|2.5||"
          "ef6b4b808359171cc33be3dfe81dc5239e6bad42|done|"
          "2026-11-25 22:30:57.250000|_finished_|--- a\n+++ b\n|"
          "Ada <ada@example.org>|--n 3|Not launched.|NULL|1|1|2|1|1|Fixture|1",
          "django_store_record_platforms: 1|1|1",
          "django_store_tag: 1|_finished_", "django_store_taggeditem: 1|1|10|1",
          absl::StrCat("django_store_datakey: 1|out.csv|", Sha1Hex("a,b\n"),
                       "|", StoreTime(created, Zone::kUtc).value(),
                       "|{\"encoding\": null, \"mimetype\": \"text/csv\", "
                       "\"size\": 4}|1")));
  EXPECT_THAT(NewLines(files.Dump(), before), IsEmpty());
}

TEST(SumatraProjectTest, AddsToAStoreOfSumatra07InItsWay) {
  setenv("TZ", "Asia/Kolkata", 1);  // 5:30 hours before UTC
  const TestProject files("old");
  const std::vector<std::string> before = files.Dump();
  ASSERT_THAT(WriteFile(files.Path("Data/out.hdf5"), "x"), IsOk());
  SumatraRecord record = ARecord();
  record.output_files = {files.Path("Data/out.hdf5")};
  EXPECT_THAT(OpenProject(files)->AddRecord(record),
              IsOkAndHolds("20261126-040057"));

  const auto created = StatusOf(files.Path("Data/out.hdf5")).st_ctime;
  EXPECT_THAT(files.Query("SELECT timestamp, tags FROM django_store_record"),
              ElementsAre("2026-11-26 04:00:57.250000|_finished_"));
  EXPECT_THAT(
      files.Query("SELECT creation, metadata FROM django_store_datakey"),
      ElementsAre(absl::StrCat(StoreTime(created, Zone::kLocal).value(),
                               "|{\"encoding\": null, \"mimetype\": null, "
                               "\"size\": 1}")));
  EXPECT_THAT(files.Query("SELECT * FROM tagging_tag"),
              ElementsAre("1|_finished_"));
  EXPECT_THAT(files.Query("SELECT * FROM tagging_taggeditem"),
              ElementsAre("1|1|7|1"));
  EXPECT_EQ(NewLines(before, files.Dump()).size(), 13);
  unsetenv("TZ");
}

TEST(SumatraProjectTest, SharesRowsWithRecordsOfSumatra) {
  const TestProject files("two");
  files.Execute(absl::StrCat(
      "UPDATE django_store_platforminformation SET version = '",
      ThisPlatform().version, "', release = '", ThisPlatform().release,
      "', network_name = '", ThisPlatform().network_name, "', machine = '",
      ThisPlatform().machine, "'"));
  const std::vector<std::string> before = files.Dump();
  SumatraRecord record = ARecord();
  record.parameters = {{"tau", 10.0}, {"ns", {1, 2, 3}}, {"name", "abc"}};
  EXPECT_THAT(OpenProject(files)->AddRecord(record), IsOk());
  EXPECT_THAT(NewLines(before, files.Dump()),
              UnorderedElementsAre(
                  "django_store_executable: 2|/opt/sim/bin/simulate|simulate|"
                  "unknown|",
                  AllOf(StartsWith("django_store_record: 20261125-223057|3|"),
                        HasSubstr("|1|2|2|1|2|Fixture|1")),
                  "django_store_record_platforms: 11|3|1",
                  "django_store_taggeditem: 12|3|10|5"));
}

TEST(SumatraProjectTest, DoublesNothingForAnEqualExperiment) {
  const TestProject files("empty");
  ASSERT_THAT(WriteFile(files.Path("Data/out.csv"), "a,b\n"), IsOk());
  SumatraRecord record = ARecord();
  record.output_files = {files.Path("Data/out.csv")};
  const auto project = OpenProject(files);
  ASSERT_THAT(project->AddRecord(record), IsOk());
  const std::vector<std::string> before = files.Dump();
  EXPECT_THAT(project->AddRecord(record), IsOkAndHolds("20261125-223057_2"));
  EXPECT_THAT(
      NewLines(before, files.Dump()),
      UnorderedElementsAre(StartsWith("django_store_datakey: 1|out.csv|"),
                           StartsWith("django_store_record: 20261125-223057_2"),
                           "django_store_record_platforms: 2|2|1",
                           "django_store_taggeditem: 2|2|10|1"));
  EXPECT_THAT(
      files.Query("SELECT output_from_record_id FROM django_store_datakey"),
      ElementsAre("2"))
      << "a file is of the last record that had it";
}

TEST(SumatraProjectTest, MakesTheRecordTheMostRecentOneAndKeepsAllElse) {
  const TestProject files("two");
  files.Edit("\"plugins\": []", "\"plugins\": [],\n  \"of the future\": 1.5");
  chmod(files.project_file().c_str(), 0660);
  const std::string before = ReadFile(files.project_file()).value();
  SumatraRecord record = ARecord();
  record.label = "mine";
  EXPECT_THAT(OpenProject(files)->AddRecord(record), IsOkAndHolds("mine"));
  EXPECT_THAT(ReadFile(files.project_file()),
              IsOkAndHolds(absl::StrReplaceAll(
                  before, {{"\"_most_recent\": \"second\"",
                            "\"_most_recent\": \"mine\""}})));
  EXPECT_EQ(StatusOf(files.project_file()).st_mode & 0777, 0660);
}

TEST(SumatraProjectTest, LeavesNoFilesBehind) {
  const TestProject files("two");
  EXPECT_THAT(OpenProject(files)->AddRecord(ARecord()), IsOk());
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(files.Path(".smt"))) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, UnorderedElementsAre("project", "records"));
}

TEST(SumatraProjectTest, NumbersALabelThatItMade) {
  const TestProject files("two");
  const auto project = OpenProject(files);
  EXPECT_THAT(project->AddRecord(ARecord()), IsOkAndHolds("20261125-223057"));
  EXPECT_THAT(project->AddRecord(ARecord()), IsOkAndHolds("20261125-223057_2"));
  EXPECT_THAT(project->AddRecord(ARecord()), IsOkAndHolds("20261125-223057_3"));
}

TEST(SumatraProjectTest, MakesLabelsAsTheProjectSays) {
  const TestProject files("two");
  files.Edit("%Y%m%d-%H%M%S", "-%H:%M.%f");
  EXPECT_THAT(OpenProject(files)->AddRecord(ARecord()),
              IsOkAndHolds("_22_30_250000"));
  files.Edit("\"timestamp\"", "\"uuid\"");
  EXPECT_THAT(OpenProject(files)->AddRecord(ARecord()),
              IsOkAndHolds(::testing::MatchesRegex("[0-9a-f]{12}")));
}

TEST(SumatraProjectTest, RefusesALabelThatIsTakenAndChangesNothing) {
  const TestProject files("two");
  const auto project = OpenProject(files);
  const std::vector<std::string> before = files.Dump();
  SumatraRecord record = ARecord();
  record.label = "first";
  const auto is_taken =
      StatusIs(absl::StatusCode::kAlreadyExists,
               AllOf(HasSubstr("Sumatra project Fixture"), HasSubstr("first")));
  EXPECT_THAT(project->AddRecord(record), is_taken);
  EXPECT_THAT(project->CheckLabel("first"), is_taken);
  EXPECT_THAT(project->CheckLabel("third"), IsOk());
  EXPECT_EQ(files.Dump(), before);
}

TEST(SumatraProjectTest, LetsProjectsOfOneStoreHaveEqualLabels) {
  const TestProject files("two");
  files.Edit("\"Fixture\"", "\"Another\"");
  EXPECT_THAT(OpenProject(files)->CheckLabel("first"), IsOk());
}

TEST(SumatraProjectTest, RefusesLabelsThatCannotBeNames) {
  const TestProject files("two");
  const auto project = OpenProject(files);
  for (const std::string label : {"", "a.b", "a b", "-a", "a/b", "ä"}) {
    EXPECT_THAT(project->CheckLabel(label),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << label;
  }
  SumatraRecord record = ARecord();
  record.label = "a.b";
  EXPECT_THAT(project->AddRecord(record),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a.b")));
}

TEST(SumatraProjectTest, PreparesBeforeItLooksAtOutputFiles) {
  const TestProject files("two");
  const std::string output = files.Path("Data/results.hdf5");
  SumatraRecord record = ARecord();
  record.output_files = {output};
  EXPECT_THAT(OpenProject(files)->AddRecord(
                  record,
                  [&](const std::string& label) {
                    return WriteFile(output, absl::StrCat("of ", label));
                  }),
              IsOk());
  EXPECT_THAT(files.Query("SELECT path, digest FROM django_store_datakey WHERE "
                          "output_from_record_id = 3"),
              ElementsAre(absl::StrCat("results.hdf5|",
                                       Sha1Hex("of 20261125-223057"))));
}

TEST(SumatraProjectTest, AddsNothingIfThatFails) {
  const TestProject files("two");
  const std::vector<std::string> before = files.Dump();
  const std::string project_before = ReadFile(files.project_file()).value();
  const auto project = OpenProject(files);
  EXPECT_THAT(project->AddRecord(ARecord(),
                                 [](const std::string&) {
                                   return absl::DataLossError("no disk");
                                 }),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("no disk")));
  SumatraRecord record = ARecord();
  record.output_files = {files.Path("no_such_file")};
  EXPECT_THAT(project->AddRecord(record),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no_such_file")));
  EXPECT_EQ(files.Dump(), before);
  EXPECT_THAT(ReadFile(files.project_file()), IsOkAndHolds(project_before));
}

TEST(SumatraProjectTest, SaysThatTheRecordStandsIfOnlyTheProjectFails) {
  const TestProject files("two");
  const auto project = OpenProject(files);
  EXPECT_THAT(project->AddRecord(ARecord(),
                                 [&](const std::string&) {
                                   return WriteFile(files.project_file(), "{");
                                 }),
              StatusIs(absl::StatusCode::kInternal,
                       AllOf(HasSubstr("has the record 20261125-223057 now"),
                             HasSubstr(files.project_file()))));
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_record"),
              ElementsAre("3"));
}

TEST(SumatraProjectTest, TakesTheUserOfTheConfiguration) {
  const TestProject files("two");
  ASSERT_THAT(WriteFile(files.Path(".smtrc"), R"({"username": "Grace"})"),
              IsOk());
  EXPECT_THAT(OpenProject(files)->AddRecord(ARecord()), IsOk());
  EXPECT_THAT(
      files.Query("SELECT user FROM django_store_record WHERE db_id = 3"),
      ElementsAre("Grace"));
  ASSERT_THAT(WriteFile(files.Path(".smtrc"), "{"), IsOk());
  EXPECT_THAT(
      SumatraProject::Open(files.folder()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(".smtrc")));
}

TEST(SumatraProjectTest, NamesThisProgramIfThereIsNoExecutable) {
  const TestProject files("empty");
  SumatraRecord record = ARecord();
  record.executable = "";
  EXPECT_THAT(OpenProject(files)->AddRecord(record), IsOk());
  EXPECT_THAT(
      files.Query("SELECT path, name FROM django_store_executable"),
      ElementsAre(AllOf(StartsWith("/"), HasSubstr("project_test|project_"))));
}

TEST(SumatraProjectTest, KeepsTextsReadableForSumatra) {
  const TestProject files("empty");
  SumatraRecord record = ARecord();
  record.diff = "-latin \xe4\n";
  record.executable = "/usr/bin/R";
  EXPECT_THAT(OpenProject(files)->AddRecord(record), IsOk());
  EXPECT_THAT(files.Query("SELECT diff FROM django_store_record"),
              ElementsAre("-latin \xEF\xBF\xBD\n"));
  EXPECT_THAT(files.Query("SELECT name FROM django_store_executable"),
              ElementsAre("R program"));
}

TEST(SumatraProjectTest, RefusesWhatIsNoRecord) {
  const TestProject files("empty");
  const auto project = OpenProject(files);
  const auto is_invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  SumatraRecord record = ARecord();
  record.timestamp = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  record = ARecord();
  record.timestamp = -1;
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  record = ARecord();
  record.duration = std::numeric_limits<double>::infinity();
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  record = ARecord();
  record.parameters = 3;
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  record.parameters = {{"x", "\xff"}};
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  record = ARecord();
  record.output_files = {files.folder()};
  EXPECT_THAT(project->AddRecord(record), is_invalid);
  EXPECT_THAT(files.Query("SELECT * FROM django_store_record"), IsEmpty());
}

TEST(SumatraProjectTest, PassesOverOutputFilesOfAnArchive) {
  const TestProject files("empty");
  files.Edit(
      "sumatra.datastore.filesystem.FileSystemDataStore\",\n    "
      "\"root\": \"" +
          files.folder() + "/Data\"",
      "sumatra.datastore.archivingfs.ArchivingFileSystemDataStore\",\n"
      "    \"root\": \"" +
          files.folder() + "/Data\",\n    \"archive\": \"it's\"");
  SumatraRecord record = ARecord();
  record.output_files = {files.store_file()};
  EXPECT_THAT(OpenProject(files)->AddRecord(record), IsOk());
  EXPECT_THAT(files.Query("SELECT * FROM django_store_datakey"), IsEmpty());
  EXPECT_THAT(files.Query("SELECT * FROM django_store_datastore WHERE id = 1"),
              ElementsAre(absl::StrCat(
                  "1|ArchivingFileSystemDataStore|{'root': '", files.folder(),
                  "/Data', 'archive': \"it's\"}")));
}

}  // namespace
}  // namespace cppet
