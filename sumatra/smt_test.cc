// What Sumatra's own commands make of our records. Skipped where there is no
// smt; the environment variable SMT names one that is not on PATH.

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/sumatra/project.h"
#include "cppet/sumatra/record.h"
#include "cppet/sumatra/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SmtTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const smt = getenv("SMT");
    if (smt != nullptr) smt_ = smt;
    const auto version = RunSubprocess({smt_, "version"});
    if (!version.ok() || !version->ok()) {
      GTEST_SKIP() << smt_ << " is no working smt";
    }
    Run({"git", "init", "-q", "."});
    Run({"git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org",
         "commit", "-q", "--allow-empty", "-m", "x"});
    ASSERT_THAT(WriteFile(files_.Path("Data/out.csv"), "a,b\n"), IsOk());
    record_.label = "of_cppet";
    record_.reason = "it's \"why\" -- Trajectory t";
    record_.outcome = "went well";
    record_.timestamp = 1795645857.25;
    record_.duration = 2.5;
    record_.version = "ef6b4b808359171cc33be3dfe81dc5239e6bad42";
    record_.user = "Ada Fixture <ada@example.org>";
    record_.parameters = {{"parameters.x", {1.0, 1e-7, 1e16}},
                          {"parameters.name", "é \"quoted\""},
                          {"parameters.n", 3}};
    record_.output_files = {files_.Path("Data/out.csv"), files_.Path("beside")};
    ASSERT_THAT(WriteFile(files_.Path("beside"), "outside"), IsOk());
    const auto project = SumatraProject::Open(files_.folder());
    ASSERT_THAT(project, IsOk());
    ASSERT_THAT((*project)->AddRecord(record_), IsOkAndHolds("of_cppet"));
  }

  // Returns what a command in the project's folder prints.
  std::string Run(const std::vector<std::string>& command) {
    const SubprocessResult result =
        RunSubprocess(command, {.working_directory = files_.folder(),
                                .max_output = 16 << 20})
            .value();
    EXPECT_TRUE(result.ok())
        << command.back() << result.standard_output << result.standard_error;
    return result.standard_output;
  }

  std::string Smt(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), smt_);
    return Run(arguments);
  }

  // The newest record as `smt list` prints it in JSON, behind its warnings.
  nlohmann::json Newest() {
    const std::string text = Smt({"list", "-f", "json"});
    const size_t start = text[0] == '[' ? 0 : text.find("\n[") + 1;
    const auto records = nlohmann::json::parse(text.substr(start), nullptr,
                                               /*allow_exceptions=*/false);
    EXPECT_TRUE(records.is_array()) << text;
    return records.is_array() ? records[0] : nlohmann::json::object();
  }

  std::string smt_ = "smt";
  const TestProject files_{"two"};
  SumatraRecord record_;
};

TEST_F(SmtTest, ReadsAllThatWasWritten) {
  const nlohmann::json newest = Newest();
  EXPECT_EQ(newest["label"], "of_cppet");
  EXPECT_EQ(newest["reason"], record_.reason);
  EXPECT_EQ(newest["outcome"], record_.outcome);
  EXPECT_EQ(newest["duration"], 2.5);
  EXPECT_EQ(newest["timestamp"], "2026-11-25 22:30:57+0000");
  EXPECT_EQ(newest["user"], record_.user);
  EXPECT_EQ(newest["version"], record_.version);
  EXPECT_EQ(newest["tags"], nlohmann::json({"_finished_"}));
  EXPECT_EQ(newest["executable"]["name"], "smt_test");
  EXPECT_EQ(newest["parameters"]["type"], "JSONParameterSet");
  EXPECT_EQ(
      nlohmann::json::parse(newest["parameters"]["content"].get<std::string>()),
      record_.parameters);
  EXPECT_EQ(newest["output_data"].size(), 2);
  EXPECT_EQ(newest["platforms"].size(), 1);
}

TEST_F(SmtTest, ListsInEachForm) {
  EXPECT_THAT(absl::StrSplit(Smt({"list"}), '\n'),
              ::testing::IsSupersetOf({"of_cppet", "second", "first"}));
  EXPECT_THAT(Smt({"list", "--long"}),
              AllOf(HasSubstr("of_cppet"), HasSubstr("parameters.x"),
                    HasSubstr("went well")));
  EXPECT_THAT(Smt({"list", "-P"}),
              AllOf(HasSubstr("parameters.n"), HasSubstr("of_cppet")));
  EXPECT_THAT(Smt({"list", "-p", "parameters.n=3"}), HasSubstr("of_cppet"));
  EXPECT_THAT(Smt({"list", "-p", "parameters.n=4"}),
              Not(HasSubstr("of_cppet")));
  EXPECT_THAT(Smt({"list", "_finished_"}), HasSubstr("of_cppet"));
  EXPECT_THAT(Smt({"view", "of_cppet"}), HasSubstr("_finished_"));
}

TEST_F(SmtTest, ComparesWithOtherRecords) {
  EXPECT_THAT(Smt({"diff", "of_cppet", "of_cppet"}),
              AllOf(HasSubstr("Parameters differ       : no"),
                    HasSubstr("Code differs            : no")));
  EXPECT_THAT(Smt({"diff", "--long", "of_cppet", "second"}),
              HasSubstr("parameters.x"));
}

TEST_F(SmtTest, ChangesAndDeletesTheRecord) {
  Smt({"comment", "later"});  // of the most recent one
  EXPECT_EQ(Newest()["outcome"], "went well\nlater");
  Smt({"tag", "keep"});
  EXPECT_THAT(Smt({"list", "keep"}), HasSubstr("of_cppet"));
  EXPECT_EQ(Newest()["tags"].size(), 2);
  // Sumatra found all shared rows, as it saved the record.
  for (const std::string table : {"parameterset", "executable", "repository",
                                  "launchmode", "datastore", "datakey"}) {
    EXPECT_THAT(
        files_.Query(absl::StrCat("SELECT count(*) - count(DISTINCT ",
                                  "t.id) FROM django_store_", table, " t")),
        ElementsAre("0"))
        << table;
  }
  EXPECT_THAT(files_.Query("SELECT count(*) FROM django_store_parameterset"),
              ElementsAre("3"));
  EXPECT_THAT(files_.Query("SELECT count(*) FROM django_store_executable"),
              ElementsAre("2"));
  EXPECT_THAT(files_.Query("SELECT count(*) FROM django_store_datakey"),
              ElementsAre("4"));
  Smt({"export"});
  EXPECT_THAT(ReadFile(files_.Path(".smt/records_export.json")),
              IsOkAndHolds(HasSubstr("of_cppet")));
  Smt({"delete", "of_cppet"});
  EXPECT_EQ(Newest()["label"], "second");
}

}  // namespace
}  // namespace cppet
