#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/sumatra/project.h"
#include "cppet/sumatra/record.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the writer with this number adds, again and again.
SumatraRecord RecordOf(const TestProject& files, int writer) {
  SumatraRecord record;
  record.reason = absl::StrCat("writer ", writer);
  record.timestamp = 1795645857;
  record.parameters = {{"parameters.group", writer % 3}};
  record.output_files = {files.Path(absl::StrCat("Data/", writer))};
  EXPECT_THAT(WriteFile(record.output_files[0], record.reason), IsOk());
  return record;
}

// Forks a process that adds `records` records and exits with 0 if it could.
pid_t StartWriter(const TestProject& files, int writer, int records) {
  const pid_t child = fork();
  if (child != 0) return child;
  const SumatraRecord record = RecordOf(files, writer);
  for (int i = 0; i < records; ++i) {
    const auto project = SumatraProject::Open(files.folder());
    if (!project.ok() || !(*project)->AddRecord(record).ok()) _exit(1);
  }
  _exit(0);
}

// Expects that no record is by halves and nothing is double.
void ExpectIntact(const TestProject& files) {
  EXPECT_THAT(files.Query("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(files.Query("PRAGMA foreign_key_check"), IsEmpty());
  EXPECT_THAT(files.Query("SELECT label FROM django_store_record GROUP BY "
                          "label, project_id HAVING count(*) > 1"),
              IsEmpty());
  for (const std::string table :
       {"executable", "repository", "parameterset", "launchmode", "datastore",
        "platforminformation", "tag", "project", "datakey"}) {
    std::string columns;
    for (const std::string& column : files.Query(absl::StrCat(
             "SELECT name FROM pragma_table_info('", "django_store_", table,
             "') WHERE name NOT IN ('id', "
             "'output_from_record_id')"))) {
      absl::StrAppend(&columns, columns.empty() ? "" : ", ", column);
    }
    EXPECT_THAT(files.Query(absl::StrCat("SELECT * FROM django_store_", table,
                                         " GROUP BY ", columns,
                                         " HAVING count(*) > 1")),
                IsEmpty())
        << table;
  }
  for (const std::string rows :
       {"django_store_record_platforms WHERE record_id = db_id",
        "django_store_taggeditem WHERE object_id = db_id"}) {
    EXPECT_THAT(files.Query(absl::StrCat(
                    "SELECT label FROM django_store_record WHERE (SELECT "
                    "count(*) FROM ",
                    rows, ") != 1")),
                IsEmpty());
  }
}

TEST(ConcurrentRecordsTest, LosesNoneOf24ProcessesAtOnce) {
  const TestProject files("empty");
  std::vector<pid_t> writers;
  for (int i = 0; i < 24; ++i) writers.push_back(StartWriter(files, i, 2));
  for (const pid_t writer : writers) {
    int status = -1;
    EXPECT_EQ(waitpid(writer, &status, 0), writer);
    EXPECT_EQ(status, 0);
  }
  ExpectIntact(files);
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_record"),
              ElementsAre("48"));
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_parameterset"),
              ElementsAre("3"));
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_datakey"),
              ElementsAre("24"));
  // The one that was added last is the most recent one.
  const std::string last =
      files.Query("SELECT label FROM django_store_record ORDER BY db_id")
          .back();
  EXPECT_THAT(ReadFile(files.project_file()),
              IsOkAndHolds(::testing::HasSubstr(
                  absl::StrCat("\"_most_recent\": \"", last, "\""))));
}

TEST(ConcurrentRecordsTest, LosesNoneOfTwoProjectsThatShareAStore) {
  const TestProject files("empty"), others("empty");
  others.Edit(others.store_file(), files.store_file());
  std::vector<pid_t> writers;
  for (int i = 0; i < 12; ++i) {
    writers.push_back(StartWriter(i % 2 == 0 ? files : others, i, 3));
  }
  for (const pid_t writer : writers) {
    int status = -1;
    EXPECT_EQ(waitpid(writer, &status, 0), writer);
    EXPECT_EQ(status, 0);
  }
  ExpectIntact(files);
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_record"),
              ElementsAre("36"));
  EXPECT_THAT(others.Query("SELECT count(*) FROM django_store_record"),
              ElementsAre("0"));
}

TEST(ConcurrentRecordsTest, IsIntactWheneverWritersAreKilled) {
  const TestProject files("empty");
  std::mt19937 random(1);
  for (int round = 0; round < 15; ++round) {
    std::vector<pid_t> writers;
    for (int i = 0; i < 4; ++i) {
      writers.push_back(StartWriter(files, i, 1'000'000));
    }
    for (const pid_t writer : writers) {
      absl::SleepFor(absl::Milliseconds(random() % 60));
      kill(writer, SIGKILL);
      waitpid(writer, nullptr, 0);
    }
    const auto project = SumatraProject::Open(files.folder());
    ASSERT_THAT(project, IsOk());
    const auto label = (*project)->AddRecord(RecordOf(files, 100));
    ASSERT_THAT(label, IsOk());
    ExpectIntact(files);
    EXPECT_THAT(ReadFile(files.project_file()),
                IsOkAndHolds(::testing::HasSubstr(
                    absl::StrCat("\"_most_recent\": \"", *label, "\""))));
  }
}

}  // namespace
}  // namespace cppet
