#include "cppet/sumatra/testing.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/python_repr.h"
#include "cppet/sumatra/sqlite_database.h"
#include "glog/logging.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

struct Text {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(int64_t value) const { return absl::StrCat(value); }
  std::string operator()(double value) const { return PythonFloatRepr(value); }
  std::string operator()(const std::string& value) const { return value; }
};

void ExecuteIn(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  CHECK_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  CHECK_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr),
           SQLITE_OK)
      << sqlite3_errmsg(database);
  CHECK_EQ(sqlite3_close(database), SQLITE_OK);
}

}  // namespace

TestProject::TestProject(const std::string& name) {
  CHECK_EQ(setenv("HOME", folder().c_str(), 1), 0);
  CHECK_EQ(mkdir(Path(".smt").c_str(), 0755), 0);
  CHECK_EQ(mkdir(Path("Data").c_str(), 0755), 0);
  const auto moved = [&](absl::string_view file) {
    return absl::StrReplaceAll(
        ReadFile(absl::StrCat("testdata/sumatra/", name, file)).value(),
        {{absl::StrCat("/home/user/", name), folder()}});
  };
  CHECK(WriteFile(project_file(), moved(".project.json")).ok());
  ExecuteIn(store_file(), moved(".records.sql"));
}

void TestProject::Edit(absl::string_view before,
                       absl::string_view after) const {
  const std::string text = ReadFile(project_file()).value();
  CHECK(absl::StrContains(text, before)) << before;
  CHECK(WriteFile(project_file(), absl::StrReplaceAll(text, {{before, after}}))
            .ok());
}

std::vector<std::string> TestProject::Query(const std::string& sql) const {
  SqliteDatabase database =
      SqliteDatabase::Open(store_file(), SqliteDatabase::Mode::kWrite).value();
  const std::vector<SqliteRow> found = database.Query(sql).value();
  std::vector<std::string> rows;
  for (const SqliteRow& row : found) {
    rows.push_back(absl::StrJoin(row, "|", [](std::string* out, const auto& v) {
      out->append(std::visit(Text(), v));
    }));
  }
  return rows;
}

void TestProject::Execute(const std::string& sql) const {
  ExecuteIn(store_file(), sql);
}

std::vector<std::string> TestProject::Dump() const {
  std::vector<std::string> lines;
  for (const std::string& table :
       Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
             "LIKE 'sqlite_%'")) {
    for (const std::string& row :
         Query(absl::StrCat("SELECT * FROM \"", table, "\""))) {
      lines.push_back(absl::StrCat(table, ": ", row));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> NewLines(const std::vector<std::string>& before,
                                  const std::vector<std::string>& after) {
  std::vector<std::string> lines;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(lines));
  return lines;
}

// Of a process of a user who may not look into the folder above.
constexpr int kOutOfReach = 77;

void AsNobody(const TestProject& files, const std::function<void()>& test) {
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0) {
      std::filesystem::permissions(files.folder(),
                                   std::filesystem::perms::others_all,
                                   std::filesystem::perm_options::add);
      if (setgid(65534) != 0 || setuid(65534) != 0) _exit(1);
      if (access(files.folder().c_str(), X_OK) != 0) _exit(kOutOfReach);
    }
    test();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kOutOfReach) {
    GTEST_SKIP() << "others than root do not get to " << files.folder();
  }
  EXPECT_EQ(status, 0);
}

}  // namespace cppet
