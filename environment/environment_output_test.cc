#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/processes/open_files.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Each test is about a program, which the test forks, whose standard output and
// error are a file.
class EnvironmentOutputTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.trajectory = "output";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.storage = std::make_shared<RecordFileStorage>(folder_.Path("file"));
    options.progress = ProgressMode::kNever;
    return options;
  }

  // Three runs; leaves the folder of the logs in a file. False: they could not
  // be run, or left something behind.
  bool RunThree(EnvironmentOptions options,
                const std::function<void(cppet::Run& run)>& function) {
    auto env = Environment::Create(std::move(options)).value();
    const auto x = env->trajectory().AddParameter("x", 0, "A number");
    if (!env->trajectory().Explore(x.In({1, 2, 3})).ok()) return false;
    if (!WriteFile(folder_.Path("log_folder"), env->log_folder()).ok()) {
      return false;
    }
    // What the libraries open for good.
    static_cast<void>(absl::LocalTimeZone());
    const int files = OpenFiles();
    const auto results = env->Run(function);
    return results.ok() && results->failures().empty() &&
           OpenFiles() == files && waitpid(-1, nullptr, __WALL) < 0 &&
           errno == ECHILD;
  }

  // Returns how the program ended.
  int Program(const std::function<bool()>& body) {
    fflush(stdout);
    const pid_t program = fork();
    if (program == 0) {
      const int file = open(folder_.Path("printed").c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
      dup2(file, STDOUT_FILENO);
      dup2(file, STDERR_FILENO);
      close(file);
      const bool ok = body();
      fflush(stdout);
      _exit(ok ? 0 : 1);
    }
    int status = -1;
    waitpid(program, &status, 0);
    return status;
  }

  std::string Printed() { return ReadFile(folder_.Path("printed")).value(); }
  std::string Log(const std::string& name) {
    const std::string folder = ReadFile(folder_.Path("log_folder")).value();
    return ReadFile(folder + "/" + name).value();
  }

  const TempDirectory folder_;
};

void PrintName(Run& run) {
  printf("%s by printf\n", run.name().c_str());
  fflush(stdout);
  if (system("echo by a program >&2") != 0) abort();
}

TEST_F(EnvironmentOutputTest, WhatRunsInThisProcessPrintIsRecorded) {
  EXPECT_EQ(Program([this] {
              const bool ok = RunThree(Options(), PrintName);
              printf("afterwards\n");
              return ok;
            }),
            0);
  EXPECT_THAT(Printed(),
              AllOf(HasSubstr("run_00000002 by printf\n"),
                    HasSubstr("by a program\n"), HasSubstr("afterwards\n")));
  EXPECT_THAT(Log("main.txt"),
              AllOf(HasSubstr(" main STDOUT  run_00000000 by printf\n"),
                    HasSubstr(" main STDOUT  run_00000002 by printf\n"),
                    HasSubstr(" main STDERR  by a program\n"),
                    HasSubstr(" main INFO    run_00000002 finished after "),
                    Not(HasSubstr("afterwards"))));
}

TEST_F(EnvironmentOutputTest, WhatProcessesOfRunsPrintIsInTheirLogsOnly) {
  for (const bool use_pool : {false, true}) {
    for (const WrapMode mode : {WrapMode::kLock, WrapMode::kQueue}) {
      EXPECT_EQ(
          Program([&] {
            EnvironmentOptions options = Options();
            options.multiproc = true;
            options.ncores = 1;
            options.use_pool = use_pool;
            options.wrap_mode = mode;
            options.storage = std::make_shared<RecordFileStorage>(folder_.Path(
                std::string(WrapModeName(mode)) + (use_pool ? "pool" : "")));
            return RunThree(std::move(options), PrintName);
          }),
          0);
      EXPECT_EQ(Printed(), "");
      EXPECT_THAT(Log("main.txt"), Not(HasSubstr(" STD")));
      EXPECT_THAT(Log(use_pool ? "run_ALL_process_1.txt"
                               : "run_00000002_process_3.txt"),
                  AllOf(HasSubstr("run_00000002 by printf\n"),
                        HasSubstr("by a program\n")));
    }
  }
}

TEST_F(EnvironmentOutputTest, WithoutLogsTheOutputIsLeftAlone) {
  for (const bool multiproc : {false, true}) {
    for (const bool log : {false, true}) {
      EXPECT_EQ(
          Program([&] {
            EnvironmentOptions options = Options();
            options.multiproc = multiproc;
            options.log_stdout = false;
            options.storage = std::make_shared<RecordFileStorage>(
                folder_.Path(std::to_string(multiproc * 2 + log)));
            if (!log) {
              options.log_stdout = true;
              options.log_level = std::nullopt;
            }
            const std::string output =
                std::filesystem::read_symlink("/proc/self/fd/1");
            return RunThree(std::move(options), [&](cppet::Run& run) {
              if (std::filesystem::read_symlink("/proc/self/fd/1") != output) {
                abort();
              }
              PrintName(run);
            });
          }),
          0);
      EXPECT_THAT(Printed(), AllOf(HasSubstr("run_00000002 by printf\n"),
                                   HasSubstr("by a program\n")));
      if (log) {
        EXPECT_THAT(Log("main.txt"), Not(HasSubstr(" STD")));
      }
      ASSERT_EQ(truncate(folder_.Path("printed").c_str(), 0), 0);
    }
  }
}

TEST_F(EnvironmentOutputTest, WhatARunPrintedThatAbortsIsThere) {
  const int status = Program([this] {
    return RunThree(Options(), [](cppet::Run&) {
      fprintf(stderr, "the last words");
      signal(SIGABRT, SIG_DFL);
      abort();
    });
  });
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
  // Who copies it may be a little later.
  while (Log("main.txt").find("the last words\n") == std::string::npos) {
    usleep(1000);
  }
  EXPECT_EQ(Printed(), "the last words");
  EXPECT_THAT(Log("main.txt"), HasSubstr(" main STDERR  the last words\n"));
}

TEST_F(EnvironmentOutputTest, TheProgressIsShownAndNotRecorded) {
  EXPECT_EQ(Program([this] {
              EnvironmentOptions options = Options();
              options.progress = ProgressMode::kAlways;
              return RunThree(std::move(options), [](cppet::Run&) {});
            }),
            0);
  EXPECT_THAT(Printed(), HasSubstr("\r[===================="));
  EXPECT_THAT(Log("main.txt"),
              AllOf(Not(HasSubstr(" STDERR ")), Not(HasSubstr("\r"))));
}

}  // namespace
}  // namespace cppet
