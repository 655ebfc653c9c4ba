#include "cppet/environment/logs/logging.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "glog/logging.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class LoggingTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunLog> Open(int level = 0) {
    RunLogOptions options;
    options.folder = folder_.Path("a/b");
    options.level = level;
    return RunLog::Open(options).value();
  }

  std::string File(const std::string& name) {
    return ReadFile(folder_.Path("a/b/" + name)).value();
  }

  const TempDirectory folder_;
};

// Calls `body` in a forked process and returns how that ended.
int InChild(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(LoggingTest, WritesLinesWithTimeProcessAndSeverity) {
  Open()->Info("hello");
  EXPECT_THAT(File("main.txt"),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{3} "
                           "main INFO    hello\n"));
  EXPECT_EQ(File("errors_and_warnings.txt"), "");
}

TEST_F(LoggingTest, WritesWarningsToBothFiles) {
  const auto log = Open();
  log->Warning("hot");
  log->Error("broken");
  for (const char* file : {"main.txt", "errors_and_warnings.txt"}) {
    EXPECT_THAT(File(file), AllOf(HasSubstr(" main WARNING hot\n"),
                                  HasSubstr(" main ERROR   broken\n")));
  }
}

TEST_F(LoggingTest, LeavesOutWhatIsBelowItsLevel) {
  const auto log = Open(google::GLOG_WARNING);
  log->Info("quiet");
  log->Warning("hot");
  EXPECT_THAT(File("main.txt"),
              AllOf(Not(HasSubstr("quiet")), HasSubstr("hot")));
}

TEST_F(LoggingTest, TakesWhatGlogLogs) {
  {
    const auto log = Open();
    LOG(WARNING) << "by glog";
  }
  LOG(WARNING) << "too late";
  EXPECT_THAT(File("errors_and_warnings.txt"),
              AllOf(HasSubstr(" main WARNING logging_test.cc:"),
                    HasSubstr(": by glog\n"), Not(HasSubstr("too late"))));
}

TEST_F(LoggingTest, WritesNothingToStandardError) {
  ::testing::internal::CaptureStderr();
  const auto log = Open();
  log->Info("info");
  log->Error("error");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(LoggingTest, AChildHasItsOwnFile) {
  const auto log = Open();
  InChild([&] {
    log->EnterChild("run_00000002_process_4.txt", "process_4");
    log->Info("in the child");
  });
  log->Info("in the parent");
  EXPECT_THAT(File("run_00000002_process_4.txt"),
              HasSubstr(" process_4 INFO    in the child\n"));
  EXPECT_THAT(File("main.txt"), AllOf(HasSubstr("in the parent"),
                                      Not(HasSubstr("in the child"))));
}

TEST_F(LoggingTest, AChildsOutputIsInItsFile) {
  const auto log = Open();
  InChild([&] {
    log->EnterChild("child.txt", "process_1");
    printf("by printf\n");
    std::cout << "by cout\n";
    std::cerr << "by cerr\n";
    LOG(WARNING) << "by glog";
    abort();
  });
  const std::string file = File("child.txt");
  EXPECT_THAT(file, AllOf(HasSubstr("by printf\n"), HasSubstr("by cout\n"),
                          HasSubstr("by cerr\n"), HasSubstr("by glog\n")));
  EXPECT_EQ(file.find("by glog"), file.rfind("by glog")) << "once";
}

TEST_F(LoggingTest, NoneWritesNothing) {
  const auto log = RunLog::None();
  log->Info("nothing");
  InChild([&] { log->EnterChild("child.txt", "process_1"); });
  EXPECT_THAT(ReadFile(folder_.Path("child.txt")), Not(IsOk()));
}

TEST_F(LoggingTest, AFolderThatCannotBeMadeIsAnError) {
  ASSERT_THAT(WriteFile(folder_.Path("file"), ""), IsOk());
  RunLogOptions options;
  options.folder = folder_.Path("file/logs");
  EXPECT_THAT(RunLog::Open(options).status().ToString(),
              HasSubstr(options.folder));
  EXPECT_THAT(CheckFolderCanBeMade(options.folder),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(folder_.Path("file"))));
  EXPECT_THAT(CheckFolderCanBeMade(folder_.Path("x/y/z")), IsOk());
  EXPECT_THAT(CheckFolderCanBeMade(folder_.path()), IsOk());
}

}  // namespace
}  // namespace cppet
