#include "cppet/sumatra/sqlite_database.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Mode = SqliteDatabase::Mode;

TEST(SqliteDatabaseTest, PassesAllTypesBothWays) {
  const TestProject files("empty");
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), Mode::kRead).value();
  const std::string with_nul("a\0é", 4);
  EXPECT_THAT(database.Query("SELECT ?1, ?2, ?3, ?4, x'00ff'",
                             {std::monostate(), int64_t{-3}, 0.1, with_nul}),
              IsOkAndHolds(ElementsAre(ElementsAre(
                  SqliteValue(std::monostate()), SqliteValue(int64_t{-3}),
                  SqliteValue(0.1), SqliteValue(with_nul),
                  SqliteValue(std::string("\0\xff", 2))))));
}

TEST(SqliteDatabaseTest, ChangesNothingIfATransactionFails) {
  const TestProject files("two");
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), Mode::kWrite).value();
  const auto insert = [&] {
    return database.Query("INSERT INTO django_store_tag(name) VALUES ('new')")
        .status();
  };
  EXPECT_THAT(database.InTransaction([&]() -> absl::Status {
    EXPECT_THAT(insert(), IsOk());
    return absl::AbortedError("no");
  }),
              StatusIs(absl::StatusCode::kAborted, "no"));
  EXPECT_EQ(files.Query("SELECT * FROM django_store_tag").size(), 6);
  EXPECT_THAT(database.InTransaction(insert), IsOk());
  EXPECT_EQ(files.Query("SELECT * FROM django_store_tag").size(), 7);
  EXPECT_EQ(database.last_insert_id(), 7);
}

TEST(SqliteDatabaseTest, ChecksReferences) {
  const TestProject files("two");
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), Mode::kWrite).value();
  EXPECT_THAT(database.InTransaction([&] {
    return database
        .Query(
            "INSERT INTO django_store_record_platforms(record_id, "
            "platforminformation_id) VALUES (99, 1)")
        .status();
  }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("FOREIGN KEY")));
}

TEST(SqliteDatabaseTest, IsUnavailableAfterWaitingForALock) {
  const TestProject files("two");
  SqliteDatabase holder =
      SqliteDatabase::Open(files.store_file(), Mode::kWrite).value();
  EXPECT_THAT(holder.InTransaction([&] {
    SqliteDatabase other =
        SqliteDatabase::Open(files.store_file(), Mode::kWrite,
                             absl::Milliseconds(200))
            .value();
    const absl::Time start = absl::Now();
    EXPECT_THAT(other.InTransaction([] { return absl::OkStatus(); }),
                StatusIs(absl::StatusCode::kUnavailable,
                         HasSubstr(files.store_file())));
    EXPECT_GE(absl::Now() - start, absl::Milliseconds(150));
    return absl::OkStatus();
  }),
              IsOk());
}

TEST(SqliteDatabaseTest, NamesWhatIsNoDatabase) {
  const TestProject files("two");
  EXPECT_THAT(SqliteDatabase::Open(files.Path("none"), Mode::kWrite),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_FALSE(std::filesystem::exists(files.Path("none")));
  ASSERT_THAT(WriteFile(files.store_file(), std::string(5000, 'x')), IsOk());
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), Mode::kRead).value();
  EXPECT_THAT(
      database.Query("SELECT * FROM sqlite_master"),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr(files.store_file())));
}

TEST(SqliteDatabaseTest, RefusesWrongSql) {
  const TestProject files("two");
  SqliteDatabase database =
      SqliteDatabase::Open(files.store_file(), Mode::kRead).value();
  EXPECT_THAT(
      database.Query("SELECT * FROM no_such"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no_such")));
  EXPECT_THAT(database.Query("DELETE FROM django_store_tag"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace cppet
