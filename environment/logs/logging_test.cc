#include "cppet/environment/logs/logging.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

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

  std::unique_ptr<RunLog> OpenWithoutCapture() {
    RunLogOptions options;
    options.folder = folder_.Path("a/b");
    options.capture_output = false;
    return RunLog::Open(options).value();
  }

  // Standard output and error go to that file, as with a shell.
  void RedirectTo(const std::string& name) {
    const int file = open(folder_.Path(name).c_str(),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
  }

  std::string Printed() { return ReadFile(folder_.Path("printed")).value(); }

  std::string File(const std::string& name) {
    return ReadFile(folder_.Path("a/b/" + name)).value();
  }

  const TempDirectory folder_;
};

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// Calls `body` in a forked process and returns how that ended.
int InChild(const std::function<void()>& body) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    body();
    fflush(stdout);
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

TEST_F(LoggingTest, WritesSeveralLinesAtOnce) {
  Open()->Info(std::vector<std::string>{"one", "two"});
  EXPECT_THAT(File("main.txt"), MatchesRegex("[^\n]* main INFO    one\n"
                                             "[^\n]* main INFO    two\n"));
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

TEST_F(LoggingTest, WhatTheMainProcessPrintsIsInItsFileAndWhereItGoesElse) {
  EXPECT_EQ(InChild([&] {
              RedirectTo("printed");
              const auto log = Open();
              printf("by printf\n");
              log->Info("by the log");
              if (system("echo by a program >&2") != 0) _exit(1);
            }),
            0);
  EXPECT_THAT(Printed(),
              AllOf(HasSubstr("by printf\n"), HasSubstr("by a program\n"),
                    Not(HasSubstr("by the log"))));
  EXPECT_THAT(File("main.txt"), AllOf(HasSubstr(" main STDOUT  by printf\n"),
                                      HasSubstr(" main STDERR  by a program\n"),
                                      HasSubstr(" main INFO    by the log\n")));
  EXPECT_EQ(File("errors_and_warnings.txt"), "");
}

TEST_F(LoggingTest, PrintsToTheOriginalStandardErrorOnly) {
  EXPECT_EQ(InChild([&] {
              RedirectTo("printed");
              const auto log = Open();
              if (write(log->standard_error(), "bar\n", 4) != 4) _exit(1);
            }),
            0);
  EXPECT_EQ(Printed(), "bar\n");
  EXPECT_EQ(File("main.txt"), "");
  EXPECT_EQ(RunLog::None()->standard_error(), STDERR_FILENO);
}

TEST_F(LoggingTest, WithoutCaptureTheOutputIsLeftAlone) {
  EXPECT_EQ(InChild([&] {
              RedirectTo("printed");
              const auto log = OpenWithoutCapture();
              struct stat file, output;
              if (stat(folder_.Path("printed").c_str(), &file) != 0 ||
                  fstat(STDOUT_FILENO, &output) != 0 ||
                  file.st_ino != output.st_ino ||
                  log->standard_error() != STDERR_FILENO ||
                  waitpid(-1, nullptr, __WALL) >= 0) {
                _exit(1);
              }
              printf("by printf\n");
              fflush(stdout);
              const int status = InChild([&] {
                log->EnterChild("child.txt", "process_1");
                printf("by the child\n");
                fflush(stdout);
                LOG(WARNING) << "by glog";
              });
              _exit(status);
            }),
            0);
  EXPECT_THAT(Printed(), AllOf(HasSubstr("by printf\nby the child\n"),
                               HasSubstr("by glog\n")));
  EXPECT_EQ(File("main.txt"), "");
  EXPECT_THAT(File("child.txt"),
              AllOf(HasSubstr(": by glog\n"), Not(HasSubstr("by the child"))));
}

TEST_F(LoggingTest, AChildWhoseFileCannotBeMadePrintsWhereItWouldElse) {
  EXPECT_EQ(InChild([&] {
              RedirectTo("printed");
              const auto log = Open();
              const int status = InChild([&] {
                log->EnterChild("no folder/child.txt", "process_1");
                log->Info("nowhere");
                printf("by the child\n");
                fflush(stdout);
              });
              if (status != 0) _exit(1);
            }),
            0);
  EXPECT_EQ(Printed(), "by the child\n");
  EXPECT_EQ(File("main.txt"), "");
}

TEST_F(LoggingTest, OnlyOneRecordsWhatIsPrinted) {
  EXPECT_EQ(InChild([&] {
              RedirectTo("printed");
              const auto log = Open();
              RunLogOptions options;
              options.folder = folder_.Path("other");
              const auto other = RunLog::Open(options).value();
              printf("once\n");
              LOG(WARNING) << "in both";
            }),
            0);
  EXPECT_EQ(Count(Printed(), "once\n"), 1);
  EXPECT_EQ(Count(File("main.txt"), "once"), 1);
  EXPECT_EQ(Count(File("main.txt"), "in both"), 1);
  const std::string other = ReadFile(folder_.Path("other/main.txt")).value();
  EXPECT_THAT(other, AllOf(HasSubstr(" INFO    what is printed is not"),
                           Not(HasSubstr("once"))));
  EXPECT_EQ(Count(other, "in both"), 1);
  EXPECT_THAT(ReadFile(folder_.Path("other/errors_and_warnings.txt")),
              IsOkAndHolds(Not(HasSubstr("recorded"))));
}

struct GlogSetUp {
  const char* name;
  bool initialized = true;
  bool logtostderr = false;
  bool logtostdout = false;
  bool alsologtostderr = false;
  int stderrthreshold = google::GLOG_ERROR;
  // What of a WARNING and of an ERROR glog prints.
  bool prints_warning = true;
  bool prints_error = true;
};

TEST_F(LoggingTest, AMessageOfGlogIsInItOnceHoweverGlogIsSetUp) {
  const GlogSetUp set_ups[] = {
      {.name = "not initialized", .initialized = false},
      {.name = "initialized", .prints_warning = false},
      {.name = "logtostderr", .logtostderr = true},
      {.name = "logtostdout", .logtostdout = true},
      {.name = "alsologtostderr", .alsologtostderr = true},
      {.name = "low threshold", .stderrthreshold = google::GLOG_INFO},
      {.name = "high threshold",
       .stderrthreshold = google::GLOG_FATAL,
       .prints_warning = false,
       .prints_error = false},
  };
  for (const GlogSetUp& set_up : set_ups) {
    SCOPED_TRACE(set_up.name);
    const std::string text = set_up.name;
    EXPECT_EQ(InChild([&] {
                RedirectTo("printed " + text);
                FLAGS_log_dir = folder_.path();
                FLAGS_logtostderr = set_up.logtostderr;
                FLAGS_logtostdout = set_up.logtostdout;
                FLAGS_alsologtostderr = set_up.alsologtostderr;
                FLAGS_stderrthreshold = set_up.stderrthreshold;
                if (set_up.initialized) google::InitGoogleLogging("test");
                {
                  const auto log = Open();
                  LOG(INFO) << "note, " << text;
                  LOG(WARNING) << "warning, " << text;
                  LOG(ERROR) << "error, " << text;
                }
                LOG(ERROR) << "later, " << text;
                if (FLAGS_logtostderr != set_up.logtostderr ||
                    FLAGS_logtostdout != set_up.logtostdout ||
                    FLAGS_alsologtostderr != set_up.alsologtostderr ||
                    FLAGS_stderrthreshold != set_up.stderrthreshold) {
                  _exit(1);
                }
                fflush(stdout);
              }),
              0);
    const std::string main = File("main.txt");
    EXPECT_EQ(Count(main, "note, " + text), 1);
    EXPECT_EQ(Count(main, "warning, " + text), 1);
    EXPECT_EQ(Count(main, "error, " + text), 1);
    EXPECT_EQ(Count(main, "later, " + text), 0);
    const std::string errors = File("errors_and_warnings.txt");
    EXPECT_EQ(Count(errors, "note, " + text), 0);
    EXPECT_EQ(Count(errors, "warning, " + text), 1);
    EXPECT_EQ(Count(errors, "error, " + text), 1);
    const std::string printed =
        ReadFile(folder_.Path("printed " + text)).value();
    EXPECT_EQ(Count(printed, "warning, " + text), set_up.prints_warning);
    EXPECT_EQ(Count(printed, "error, " + text), set_up.prints_error);
    EXPECT_EQ(Count(printed, "later, " + text), set_up.prints_error);
  }
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
