#include "cppet/sumatra/sqlite_record_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/sumatra/project_file.h"
#include "cppet/sumatra/record_store.h"
#include "cppet/sumatra/sqlite_database.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::Status Open(const TestProject& files) {
  const ProjectSettings project = ReadProject(files.folder()).value();
  EXPECT_TRUE(HasSqliteStore(project));
  return OpenSqliteRecordStore(project).status();
}

TEST(SqliteRecordStoreTest, TakesTheStoresOfBothVersions) {
  EXPECT_THAT(Open(TestProject("empty")), IsOk());
  EXPECT_THAT(Open(TestProject("two")), IsOk());
  EXPECT_THAT(Open(TestProject("old")), IsOk());
}

TEST(SqliteRecordStoreTest, ReadsThePathAsSumatraDoes) {
  const TestProject files("two");
  const std::string path = files.store_file();
  std::filesystem::rename(path, files.Path("other"));
  files.Edit(path, "~/other");
  EXPECT_THAT(Open(files), IsOk());
  files.Edit("~/other", "other");
  EXPECT_THAT(Open(files), IsOk());
  files.Edit("\"other\"", "\"other?mode=rw#x\"");
  EXPECT_THAT(Open(files), IsOk());
  files.Edit("other?mode=rw#x", "sqlite://host" + files.Path("other"));
  EXPECT_THAT(Open(files), IsOk());
  files.Edit("sqlite://host", "file:");
  EXPECT_THAT(Open(files), IsOk());
}

TEST(SqliteRecordStoreTest, IsNotForServers) {
  for (const std::string url :
       {"postgres://ada:secret@host/db", "postgresql://host/db",
        "MySQL://host/db", "mariadb://host/db"}) {
    const TestProject files("two");
    files.Edit(files.store_file(), url);
    EXPECT_FALSE(HasSqliteStore(ReadProject(files.folder()).value())) << url;
  }
  const TestProject files("two");
  files.Edit("DjangoRecordStore", "ShelveRecordStore");
  EXPECT_FALSE(HasSqliteStore(ReadProject(files.folder()).value()));
}

TEST(SqliteRecordStoreTest, CreatesNoStore) {
  const TestProject files("two");
  ASSERT_EQ(unlink(files.store_file().c_str()), 0);
  EXPECT_THAT(Open(files), StatusIs(absl::StatusCode::kNotFound,
                                    HasSubstr(files.store_file())));
  EXPECT_FALSE(std::filesystem::exists(files.store_file()));
}

TEST(SqliteRecordStoreTest, SaysWhatAnotherSchemaLacks) {
  const TestProject files("two");
  files.Execute(
      "ALTER TABLE django_store_record RENAME COLUMN outcome TO result;"
      "DROP TABLE django_store_taggeditem");
  EXPECT_THAT(Open(files),
              StatusIs(absl::StatusCode::kUnimplemented,
                       AllOf(HasSubstr(files.store_file()),
                             HasSubstr("no outcome in django_store_record"),
                             HasSubstr("unknown result in django_store_record"),
                             HasSubstr("no table django_store_taggeditem"))));
}

TEST(SqliteRecordStoreTest, RefusesAStoreWithoutTheTypeOfRecords) {
  const TestProject files("two");
  files.Execute("DELETE FROM django_content_type WHERE model = 'record'");
  EXPECT_THAT(Open(files), StatusIs(absl::StatusCode::kUnimplemented,
                                    HasSubstr("content types")));
}

TEST(SqliteRecordStoreTest, RefusesWhatIsNoStore) {
  const TestProject files("two");
  ASSERT_THAT(WriteFile(files.store_file(), ""), IsOk());
  EXPECT_THAT(Open(files), StatusIs(absl::StatusCode::kUnimplemented));
  ASSERT_THAT(WriteFile(files.store_file(), "no database at all, but text"),
              IsOk());
  EXPECT_THAT(Open(files), StatusIs(absl::StatusCode::kDataLoss,
                                    HasSubstr(files.store_file())));
  ASSERT_EQ(unlink(files.store_file().c_str()), 0);
  ASSERT_EQ(mkdir(files.store_file().c_str(), 0755), 0);
  EXPECT_THAT(Open(files), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr(files.store_file())));
}

TEST(SqliteRecordStoreTest, SurvivesDamageAnywhere) {
  const TestProject files("two");
  const std::string intact = ReadFile(files.store_file()).value();
  const ProjectSettings project = ReadProject(files.folder()).value();
  SumatraRecord record;
  record.timestamp = 1e9;
  int errors = 0;
  for (size_t at = 0; at < intact.size(); at += 2003) {
    std::string damaged = intact;
    for (size_t i = at; i < at + 40 && i < damaged.size(); ++i) {
      damaged[i] = static_cast<char>(~damaged[i] + at);
    }
    ASSERT_THAT(WriteFile(files.store_file(), damaged), IsOk());
    auto store = OpenSqliteRecordStore(project);
    const absl::Status status =
        store.ok() ? (*store)->Add(record, {}).status() : store.status();
    if (!status.ok()) ++errors;
  }
  EXPECT_GT(errors, 0);
}

TEST(SqliteRecordStoreTest, RefusesWhatMayNotBeWritten) {
  const TestProject files("two");
  const auto is_denied = [](const std::string& path) {
    return StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(path));
  };
  chmod(files.Path(".smt").c_str(), 0777);
  chmod(files.store_file().c_str(), 0444);
  AsNobody(files,
           [&] { EXPECT_THAT(Open(files), is_denied(files.store_file())); });
  chmod(files.store_file().c_str(), 0666);
  AsNobody(files, [&] { EXPECT_THAT(Open(files), IsOk()); });
  chmod(files.Path(".smt").c_str(), 0555);
  AsNobody(files,
           [&] { EXPECT_THAT(Open(files), is_denied(files.Path(".smt"))); });
}

TEST(SqliteRecordStoreTest, HealsWhatAKilledWriterLeft) {
  const TestProject files("two");
  const std::string journal = files.store_file() + "-journal";
  std::string torn_store, torn_journal;
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), SqliteDatabase::Mode::kWrite)
          .value();
  ASSERT_THAT(database.Query("PRAGMA cache_size = 1"), IsOk());
  ASSERT_THAT(database.InTransaction([&]() -> absl::Status {
    EXPECT_THAT(database.Query("DELETE FROM django_store_record_platforms"),
                IsOk());
    // More than the cache holds, so that it is written before the commit.
    EXPECT_THAT(
        database.Query("INSERT INTO django_store_tag(name) "
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
                       "1 FROM n WHERE i < 2000) SELECT 'tag' || i FROM n"),
        IsOk());
    torn_store = ReadFile(files.store_file()).value();
    torn_journal = ReadFile(journal).value();
    return absl::AbortedError("killed");
  }),
              StatusIs(absl::StatusCode::kAborted));
  ASSERT_THAT(WriteFile(files.store_file(), torn_store), IsOk());
  ASSERT_THAT(WriteFile(journal, torn_journal), IsOk());
  EXPECT_THAT(Open(files), IsOk());
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_tag"),
              ElementsAre("6"));
  EXPECT_THAT(files.Query("SELECT count(*) FROM django_store_record_platforms"),
              ElementsAre("2"));
}

}  // namespace
}  // namespace cppet
