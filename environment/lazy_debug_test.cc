// EnvironmentOptions::lazy_debug, with a real debugger.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kProgram[] = "environment/lazy_debug_program";
constexpr char kWarning[] = "nothing is stored";

class LazyDebugTest : public ::testing::Test {
 protected:
  // Runs the program in its own folder, in the debugger or not, and returns
  // what it and the debugger print.
  std::string Run(std::vector<std::string> options, bool debugger) {
    folder_ = directory_.Path(absl::StrCat(++programs_));
    fs::create_directory(folder_);
    std::vector<std::string> argv;
    if (debugger) {
      argv = {"gdb",    "-nx",
              "-batch", "-return-child-result",
              "-ex",    "set startup-with-shell off",
              "-ex",    "set disable-randomization off",
              "-ex",    "set debuginfod enabled off",
              "-ex",    "run",
              "--args"};
    }
    argv.push_back(fs::absolute(kProgram));
    argv.push_back(folder_);
    argv.insert(argv.end(), options.begin(), options.end());
    SubprocessOptions subprocess;
    subprocess.working_directory = folder_;
    subprocess.timeout = absl::Minutes(2);
    // A search for leaks, where the build has it, cannot be traced.
    subprocess.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}};
    const auto result = RunSubprocess(argv, subprocess);
    // No debugger is a failure.
    EXPECT_THAT(result.status(), IsOk());
    if (!result.ok()) return "";
    const std::string printed =
        result->standard_output + result->standard_error;
    EXPECT_TRUE(result->ok()) << result->Describe() << "\n" << printed;
    EXPECT_THAT(result->standard_output, HasSubstr("the program says: OK\n"));
    return printed;
  }

  // All files of the program, but for logs.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const std::string name = entry.path().lexically_relative(folder_);
      if (!absl::StartsWith(name, "logs")) files.push_back(name);
    }
    return files;
  }

  bool IsStored() const { return fs::exists(fs::path(folder_) / "traj.hdf5"); }

  // What is in the logs of that name.
  std::string Log(const std::string& name) const {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.path().filename() == name) {
        absl::StrAppend(&text, ReadFile(entry.path()).value());
      }
    }
    return text;
  }

 private:
  const TempDirectory directory_;
  std::string folder_;
  int programs_ = 0;
};

TEST_F(LazyDebugTest, UnderADebuggerNothingIsStored) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{
           {"lazy_debug"},
           {"lazy_debug", "continuable"},
           {"lazy_debug", "multiproc", "LOCK"},
           {"lazy_debug", "multiproc", "QUEUE"},
           {"lazy_debug", "multiproc", "PIPE"},
           {"lazy_debug", "multiproc", "LOCAL"}}) {
    SCOPED_TRACE(options.back());
    EXPECT_THAT(Run(options, /*debugger=*/true), HasSubstr(kWarning));
    EXPECT_THAT(Files(), IsEmpty());
    EXPECT_THAT(Log("main.txt"), HasSubstr(kWarning));
    EXPECT_THAT(Log("errors_and_warnings.txt"), HasSubstr(kWarning));
  }
}

TEST_F(LazyDebugTest, WithoutADebuggerAllIsStored) {
  EXPECT_THAT(Run({"lazy_debug"}, /*debugger=*/false),
              Not(HasSubstr(kWarning)));
  EXPECT_TRUE(IsStored());
  EXPECT_THAT(Log("main.txt"), Not(HasSubstr(kWarning)));
}

TEST_F(LazyDebugTest, WithoutTheOptionAllIsStored) {
  EXPECT_THAT(Run({}, /*debugger=*/true), Not(HasSubstr(kWarning)));
  EXPECT_TRUE(IsStored());
  EXPECT_THAT(Log("main.txt"), HasSubstr(" main STDOUT  a square\n"));
  EXPECT_EQ(Log("errors_and_warnings.txt"), "");
  Run({"multiproc"}, /*debugger=*/true);
  EXPECT_TRUE(IsStored());
}

}  // namespace
}  // namespace cppet
