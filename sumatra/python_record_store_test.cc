#include "cppet/sumatra/python_record_store.h"

#include <sys/stat.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
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
using ::testing::IsEmpty;

TEST(PythonOfScriptTest, ReadsTheFirstLine) {
  EXPECT_THAT(PythonOfScript("#!/venv/bin/python3.11\nimport re\n"),
              ElementsAre("/venv/bin/python3.11"));
  EXPECT_THAT(PythonOfScript("#! /usr/bin/env python3\n"),
              ElementsAre("/usr/bin/env", "python3"));
}

TEST(PythonOfScriptTest, ReadsTheSecondLineOfALongPath) {
  EXPECT_THAT(PythonOfScript("#!/bin/sh\n'''exec' /a/b/python \"$0\" \"$@\"\n"),
              ElementsAre("/a/b/python"));
  EXPECT_THAT(
      PythonOfScript("#!/bin/sh\n'''exec' \"/a b/python3\" \"$0\" \"$@\"\n"),
      ElementsAre("/a b/python3"));
}

TEST(PythonOfScriptTest, IsEmptyForAllElse) {
  for (const std::string start :
       {"", "\n", "#!", "#!\n", "#!/bin/bash\nexec python3 \"$@\"\n",
        "#!/bin/sh\necho\n", "#!/bin/sh", "\x7f\x45LF",
        "#!/bin/sh\n'''exec'"}) {
    EXPECT_THAT(PythonOfScript(start), IsEmpty()) << start;
  }
}

// A project whose store only Sumatra can read.
class ShelveProject : public TestProject {
 public:
  ShelveProject() : TestProject("two") {
    Edit("sumatra.recordstore.django_store.DjangoRecordStore",
         "sumatra.recordstore.shelve_store.ShelveRecordStore");
    Edit("db_file", "shelf_name");
    Edit(store_file(), Path(".smt/shelf"));
  }
};

TEST(PythonRecordStoreTest, SaysWhatWasTriedWithoutSumatra) {
  const ShelveProject files;
  const TempDirectory directory;
  const std::string python = directory.Path("python");
  ASSERT_THAT(WriteFile(python,
                        "#!/bin/sh\n"
                        "echo Traceback >&2\n"
                        "echo \"ModuleNotFoundError: No module named "
                        "'sumatra'\" >&2\n"
                        "exit 1\n"),
              IsOk());
  chmod(python.c_str(), 0755);
  setenv("CPPET_SUMATRA_PYTHON", python.c_str(), 1);
  EXPECT_THAT(SumatraProject::Open(files.folder()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("Sumatra project Fixture"),
                             HasSubstr("ShelveRecordStore"), HasSubstr(python),
                             HasSubstr("ModuleNotFoundError: No module named"),
                             HasSubstr("CPPET_SUMATRA_PYTHON"))));
  setenv("CPPET_SUMATRA_PYTHON", "/no/such/python", 1);
  EXPECT_THAT(SumatraProject::Open(files.folder()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("/no/such/python")));
  setenv("CPPET_SUMATRA_PYTHON", "/bin/true", 1);
  EXPECT_THAT(
      SumatraProject::Open(files.folder()),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no answer")));
  unsetenv("CPPET_SUMATRA_PYTHON");
}

// Returns what `expression` of the project p gives as JSON in Sumatra.
nlohmann::json Ask(const TestProject& files, const std::string& expression) {
  const SubprocessResult result =
      RunSubprocess({"python3", "-c",
                     absl::StrCat("import json\n"
                                  "from sumatra.projects import load_project\n"
                                  "p = load_project('",
                                  files.folder(),
                                  "')\n"
                                  "print(json.dumps(",
                                  expression, ", default=str))")},
                    {.working_directory = files.folder()})
          .value();
  EXPECT_TRUE(result.ok()) << result.standard_error;
  return nlohmann::json::parse(result.standard_output, nullptr, false);
}

TEST(PythonRecordStoreTest, AddsToAStoreThatOnlySumatraKnows) {
  const auto python = RunSubprocess(
      {"python3", "-c", "import sumatra.projects"}, {.working_directory = "/"});
  if (!python.ok() || !python->ok()) {
    GTEST_SKIP() << "this python3 has no Sumatra";
  }
  const ShelveProject files;
  ASSERT_THAT(RunSubprocess({"git", "init", "-q", files.folder()}), IsOk());
  const auto opened = SumatraProject::Open(files.folder());
  ASSERT_THAT(opened, IsOk());
  SumatraProject& project = **opened;

  const std::string output = files.Path("Data/out.csv");
  SumatraRecord record;
  record.reason = "why 'é\"";
  record.outcome = "done";
  record.timestamp = 1795645857.25;
  record.duration = 2.5;
  record.version = "ef6b4b8";
  record.user = "Ada";
  record.executable = "/bin/true";
  record.parameters = {{"parameters.x", {1.0, 1e-7}}, {"parameters.n", "é"}};
  record.output_files = {output};
  const auto prepare = [&](const std::string& label) {
    return WriteFile(output, label);
  };
  EXPECT_THAT(project.AddRecord(record, prepare),
              IsOkAndHolds("20261125-223057"));
  EXPECT_THAT(project.AddRecord(record, prepare),
              IsOkAndHolds("20261125-223057_2"));
  record.label = "20261125-223057_2";
  EXPECT_THAT(project.AddRecord(record),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(project.CheckLabel(record.label),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(project.CheckLabel("free"), IsOk());

  EXPECT_EQ(Ask(files, "p.get_labels()").size(), 2);
  EXPECT_EQ(Ask(files, "p.most_recent().label"), record.label);
  const std::string r = "p.most_recent()";
  EXPECT_EQ(
      Ask(files, absl::StrCat("[", r, ".reason, ", r, ".outcome, ", r,
                              ".duration, ", r, ".user, ", r, ".version]")),
      nlohmann::json({"why 'é\"", "done", 2.5, "Ada", "ef6b4b8"}));
  EXPECT_EQ(Ask(files, absl::StrCat(r, ".timestamp")),
            "2026-11-25 22:30:57.250000+00:00");
  EXPECT_EQ(Ask(files, absl::StrCat(r, ".parameters.as_dict()")),
            record.parameters);
  EXPECT_EQ(Ask(files, absl::StrCat("list(", r, ".tags)")),
            nlohmann::json({"_finished_"}));
  EXPECT_EQ(Ask(files, absl::StrCat("[[k.path, k.digest, k.metadata['size']] "
                                    "for k in ",
                                    r, ".output_data]")),
            nlohmann::json({{"out.csv", Sha1Hex(record.label), 17}}));
  EXPECT_EQ(
      Ask(files,
          absl::StrCat("[", r, ".executable.path, ", r, ".executable.name, ", r,
                       ".executable.version, ", r, ".launch_mode.get_type(), ",
                       r, ".platforms[0].architecture_bits]")),
      nlohmann::json(
          {"/bin/true", "true", "unknown", "SerialLaunchMode", "64bit"}));
}

}  // namespace
}  // namespace cppet
