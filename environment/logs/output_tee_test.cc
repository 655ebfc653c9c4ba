#include "cppet/environment/logs/output_tee.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/process_tree.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/open_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

using Tee = std::unique_ptr<OutputTee>;

constexpr absl::string_view kTimeAndProcess = "2026-11-24 22:34:00.979 main ";

// Of a program: what must hold, and is told by its exit code.
void Require(bool condition) {
  if (!condition) _exit(99);
}

void Print(int fd, absl::string_view text) {
  Require(write(fd, text.data(), text.size()) == text.size());
}

// Each test is about a program that the test forks.
class OutputTeeTest : public ::testing::Test {
 protected:
  OutputTeeTest() {
    // Finds what a program leaves.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  }

  // Runs a program whose standard output and error are files, and in it
  // `body`. Returns how it ended, once nothing that it started is left.
  int Run(const std::function<void()>& body) {
    fflush(stdout);
    const pid_t program = fork();
    if (program == 0) {
      setpgid(0, 0);
      dup2(Open("out"), STDOUT_FILENO);
      dup2(Open("err"), STDERR_FILENO);
      body();
      _exit(0);
    }
    int status = -1;
    waitpid(program, &status, 0);
    // What copies may live a little longer.
    while (waitpid(-1, nullptr, __WALL) > 0 || errno == EINTR) {
    }
    return status;
  }

  // The same with an OutputTee.
  int RunWithTee(const std::function<void(Tee& tee)>& body) {
    return Run([&] {
      Tee tee = Start();
      body(tee);
    });
  }

  Tee Start() { return OutputTee::Start(Open("log"), "main").value(); }

  int Open(const std::string& name) {
    return open(folder_.Path(name).c_str(),
                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  }

  std::string File(const std::string& name) {
    return ReadFile(folder_.Path(name)).value();
  }

  // Lines of the log, without time and process, that have `label`.
  std::vector<std::string> Log(absl::string_view label = "") {
    std::vector<std::string> lines;
    for (absl::string_view line :
         absl::StrSplit(File("log"), '\n', absl::SkipEmpty())) {
      line.remove_prefix(std::min(line.size(), kTimeAndProcess.size()));
      if (absl::StartsWith(line, label)) lines.emplace_back(line);
    }
    return lines;
  }

  void WaitForOutput(absl::string_view text) {
    while (!absl::StrContains(File("out"), text)) {
      std::this_thread::yield();
    }
  }

  const TempDirectory folder_;
};

// In a program: the process that copies.
pid_t Copier() {
  for (const ProcessId& process : ProcessTree({FindProcess(getpid())})) {
    if (process.pid != getpid()) return process.pid;
  }
  return 0;
}

void KillCopier() {
  const pid_t copier = Copier();
  Require(copier > 0 && kill(copier, SIGKILL) == 0);
  // Another one.
  while (Copier() == copier) std::this_thread::yield();
}

TEST_F(OutputTeeTest, RecordsWhatIsPrintedInWhateverWay) {
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              printf("by printf\n");
              std::cout << "by cout" << std::endl;
              ChildProcess::FlushOutput();
              Print(STDOUT_FILENO, "by write\n");
              Require(system("echo by a program; echo error >&2") == 0);
              std::cerr << "by cerr\n";
              tee = nullptr;
            }),
            0);
  EXPECT_EQ(File("out"), "by printf\nby cout\nby write\nby a program\n");
  EXPECT_EQ(File("err"), "error\nby cerr\n");
  EXPECT_THAT(Log("STDOUT"),
              ElementsAre("STDOUT  by printf", "STDOUT  by cout",
                          "STDOUT  by write", "STDOUT  by a program"));
  EXPECT_THAT(Log("STDERR"), ElementsAre("STDERR  error", "STDERR  by cerr"));
  EXPECT_THAT(File("log"),
              MatchesRegex("([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\\.[0-9]{3} "
                           "main STD(OUT|ERR)  [a-z ]+\n){6}"));
}

TEST_F(OutputTeeTest, LosesNothingAndKeepsTheOrder) {
  constexpr int kLines = 20000;
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              std::thread other([] {
                for (int i = 0; i < kLines; ++i) fprintf(stderr, "e%d\n", i);
              });
              for (int i = 0; i < kLines; ++i) printf("line %d\n", i);
              other.join();
              tee = nullptr;
            }),
            0);
  std::string output;
  std::vector<std::string> lines, errors;
  for (int i = 0; i < kLines; ++i) {
    absl::StrAppend(&output, "line ", i, "\n");
    lines.push_back(absl::StrCat("STDOUT  line ", i));
    errors.push_back(absl::StrCat("STDERR  e", i));
  }
  EXPECT_EQ(File("out"), output);
  EXPECT_EQ(Log("STDOUT"), lines);
  EXPECT_EQ(Log("STDERR"), errors);
  EXPECT_THAT(Log(), SizeIs(2 * kLines));
}

TEST_F(OutputTeeTest, CopiesAtOnce) {
  EXPECT_EQ(RunWithTee([this](Tee&) {
              Print(STDOUT_FILENO, "no end of a line");
              WaitForOutput("no end of a line");
            }),
            0);
}

TEST_F(OutputTeeTest, ALastLineWithoutEndIsOne) {
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              printf("\none\n\ntwo");
              tee = nullptr;
            }),
            0);
  EXPECT_EQ(File("out"), "\none\n\ntwo");
  EXPECT_THAT(
      Log(), ElementsAre("STDOUT  ", "STDOUT  one", "STDOUT  ", "STDOUT  two"));
}

TEST_F(OutputTeeTest, LeavesBytesAsTheyAreAndCutsLongLines) {
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) {
    const char byte = static_cast<char>(i * 7);
    bytes.push_back(byte == '\n' ? 'n' : byte);
  }
  EXPECT_EQ(RunWithTee([&](Tee& tee) {
              std::cout << bytes << "\n";
              tee = nullptr;
            }),
            0);
  EXPECT_EQ(File("out"), absl::StrCat(bytes, "\n"));
  std::string logged;
  for (const std::string& line : Log()) {
    absl::StrAppend(&logged, line.substr(strlen("STDOUT  ")));
  }
  EXPECT_THAT(Log(), SizeIs(4));
  EXPECT_TRUE(logged == bytes);
}

TEST_F(OutputTeeTest, LeavesNothingBehind) {
  EXPECT_EQ(Run([this] {
              const int files = OpenFiles();
              struct stat before, after;
              Require(fstat(STDOUT_FILENO, &before) == 0);
              const int log = Open("log");
              for (int i = 0; i < 3; ++i) {
                Tee tee = OutputTee::Start(log, "main").value();
                printf("recorded\n");
                Require(tee->End().ok());
                Require(tee->End().ok());
                Require(!tee->copies_standard_output());
                printf("not recorded\n");
              }
              close(log);
              Require(OpenFiles() == files);
              Require(fstat(STDOUT_FILENO, &after) == 0);
              Require(before.st_ino == after.st_ino);
              Require(fcntl(STDOUT_FILENO, F_GETFD) == 0);
              Require(waitpid(-1, nullptr, __WALL) < 0 && errno == ECHILD);
              struct sigaction action;
              sigaction(SIGURG, nullptr, &action);
              Require(action.sa_handler == SIG_DFL);
              fflush(stdout);
            }),
            0);
  EXPECT_EQ(File("out"),
            absl::StrJoin(
                std::vector<std::string>(3, "recorded\nnot recorded\n"), ""));
  EXPECT_THAT(Log(), ElementsAre("STDOUT  recorded", "STDOUT  recorded",
                                 "STDOUT  recorded"));
}

TEST_F(OutputTeeTest, EndsAlthoughOthersHoldItsPipesAndWriteToThem) {
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              const pid_t sleeper = fork();
              if (sleeper == 0) {
                while (true) pause();
              }
              const pid_t writer = fork();
              if (writer == 0) {
                while (write(STDERR_FILENO, "more\n", 5) == 5) {
                }
                _exit(0);
              }
              printf("to be there\n");
              tee = nullptr;
              kill(sleeper, SIGKILL);
              // That one nobody reads any more.
              int status;
              Require(waitpid(writer, &status, 0) == writer);
              Require(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
            }),
            0);
  EXPECT_EQ(File("out"), "to be there\n");
  EXPECT_THAT(Log("STDOUT"), ElementsAre("STDOUT  to be there"));
}

TEST_F(OutputTeeTest, CopiesWhatAKilledProgramPrinted) {
  for (const int signal : {SIGKILL, SIGSEGV, SIGABRT}) {
    const int status = RunWithTee([&](Tee&) {
      ::signal(signal, SIG_DFL);
      Print(STDOUT_FILENO, absl::StrCat("before signal ", signal));
      raise(signal);
    });
    EXPECT_EQ(WTERMSIG(status), signal);
    const std::string last = absl::StrCat("before signal ", signal);
    EXPECT_THAT(File("out"), HasSubstr(last));
    EXPECT_EQ(Log().back(), absl::StrCat("STDOUT  ", last));
  }
}

TEST_F(OutputTeeTest, LeavesNoProcessOfAKilledProgram) {
  UniqueFd read_end, write_end;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  read_end.Reset(ends[0]);
  write_end.Reset(ends[1]);
  const pid_t program = fork();
  if (program == 0) {
    dup2(Open("out"), STDOUT_FILENO);
    const Tee tee = Start();
    const pid_t copier = Copier();
    // It has all that the tee has, and lives on.
    const pid_t sleeper = fork();
    if (sleeper == 0) {
      while (true) pause();
    }
    Print(STDOUT_FILENO, "the last");
    Print(write_end.get(),
          std::string(reinterpret_cast<const char*>(&copier), sizeof(copier)));
    Print(write_end.get(), std::string(reinterpret_cast<const char*>(&sleeper),
                                       sizeof(sleeper)));
    raise(SIGKILL);
  }
  pid_t copier, sleeper;
  ASSERT_EQ(read(read_end.get(), &copier, sizeof(copier)), sizeof(copier));
  ASSERT_EQ(read(read_end.get(), &sleeper, sizeof(sleeper)), sizeof(sleeper));
  ASSERT_EQ(waitpid(program, nullptr, 0), program);
  // It is ours now.
  int status = -1;
  EXPECT_EQ(waitpid(copier, &status, __WALL), copier);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(File("out"), "the last");
  EXPECT_THAT(Log(), ElementsAre("STDOUT  the last"));
  kill(sleeper, SIGKILL);
  EXPECT_EQ(waitpid(sleeper, nullptr, 0), sleeper);
}

TEST_F(OutputTeeTest, IsCompleteWhenTheProgramExits) {
  const int status = Run([this] {
    static Tee tee;
    tee = Start();
    printf("in a buffer");
    exit(3);
  });
  EXPECT_EQ(WEXITSTATUS(status), 3);
  EXPECT_EQ(File("out"), "in a buffer");
  EXPECT_THAT(Log(), ElementsAre("STDOUT  in a buffer"));
}

TEST_F(OutputTeeTest, SignalsDoNotEndItEarly) {
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              const pid_t copier = Copier();
              for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT,
                                       SIGTSTP, SIGPIPE, SIGUSR1, SIGUSR2}) {
                ::signal(signal, SIG_IGN);
                kill(0, signal);
                kill(copier, signal);
              }
              Print(STDOUT_FILENO, "still there\n");
              Require(tee->End().ok());
            }),
            0);
  EXPECT_EQ(File("out"), "still there\n");
  EXPECT_THAT(Log(), ElementsAre("STDOUT  still there"));
}

TEST_F(OutputTeeTest, AnotherTakesThePlaceOfAKilledOne) {
  const std::string line(999, 'x');
  EXPECT_EQ(RunWithTee([&](Tee& tee) {
              Print(STDOUT_FILENO, "before\n");
              WaitForOutput("before\n");
              KillCopier();
              // More than a pipe takes, by a program that has it open.
              for (int i = 0; i < 1000; ++i) printf("%s\n", line.c_str());
              Require(system("echo after") == 0);
              Require(tee->copies_standard_output());
              const absl::Status ended = tee->End();
              Require(absl::IsDataLoss(ended));
            }),
            0);
  EXPECT_THAT(Log(), SizeIs(1002));
  EXPECT_THAT(File("out"),
              SizeIs(strlen("before\n") + 1000 * 1000 + strlen("after\n")));
}

TEST_F(OutputTeeTest, GivesUpWhenAllAreKilled) {
  EXPECT_EQ(RunWithTee([&](Tee& tee) {
              while (tee->copies_standard_error()) {
                if (const pid_t copier = Copier()) kill(copier, SIGKILL);
              }
              for (int i = 0; i < 100'000; ++i) printf("x\n");
              Require(Copier() == 0);
              Require(absl::IsDataLoss(tee->End()));
            }),
            0);
  EXPECT_THAT(File("out"), SizeIs(200'000));
}

TEST_F(OutputTeeTest, IsNoChildToWaitFor) {
  EXPECT_EQ(
      RunWithTee([](Tee&) { Require(wait(nullptr) < 0 && errno == ECHILD); }),
      0);
}

TEST_F(OutputTeeTest, AChildCanLeaveIt) {
  EXPECT_EQ(Run([this] {
              const int log = Open("log");
              const int files = OpenFiles();
              Tee tee = OutputTee::Start(log, "main").value();
              const pid_t child = fork();
              if (child == 0) {
                tee->LeaveInChild();
                Require(OpenFiles() == files);
                tee = nullptr;
                Print(STDOUT_FILENO, "by the child\n");
                // It may have one of its own.
                Tee other = OutputTee::Start(log, "child").value();
                Print(STDOUT_FILENO, "recorded\n");
                other = nullptr;
                _exit(0);
              }
              int status;
              Require(waitpid(child, &status, 0) == child && status == 0);
              Print(STDOUT_FILENO, "by the parent\n");
              Require(tee->End().ok());
            }),
            0);
  EXPECT_EQ(File("out"), "by the child\nrecorded\nby the parent\n");
  EXPECT_THAT(File("log"), AllOf(HasSubstr(" child STDOUT  recorded\n"),
                                 HasSubstr(" main STDOUT  by the parent\n"),
                                 Not(HasSubstr("by the child"))));
}

TEST_F(OutputTeeTest, AChildThatIsForkedIsRecorded) {
  EXPECT_EQ(RunWithTee([](Tee& tee) {
              const pid_t child = fork();
              if (child == 0) {
                printf("by the child\n");
                // It has no business with the tee.
                exit(0);
              }
              int status;
              Require(waitpid(child, &status, 0) == child && status == 0);
              printf("by the parent\n");
              Require(tee->End().ok());
            }),
            0);
  EXPECT_THAT(Log(),
              ElementsAre("STDOUT  by the child", "STDOUT  by the parent"));
}

TEST_F(OutputTeeTest, ThereIsOneAtATime) {
  EXPECT_EQ(RunWithTee([this](Tee& tee) {
              Require(absl::IsFailedPrecondition(
                  OutputTee::Start(Open("log"), "main").status()));
              tee = nullptr;
              tee = Start();
              tee = nullptr;
            }),
            0);
}

TEST_F(OutputTeeTest, RecordsWhatIsNotClosed) {
  EXPECT_EQ(Run([this] {
              const int log = Open("log");
              close(STDIN_FILENO);
              close(STDOUT_FILENO);
              Tee tee = OutputTee::Start(log, "main").value();
              Require(!tee->copies_standard_output());
              Require(tee->copies_standard_error());
              Print(STDERR_FILENO, "error\n");
              tee = nullptr;
              Require(fcntl(STDOUT_FILENO, F_GETFD) < 0);
              close(STDERR_FILENO);
              Require(absl::IsFailedPrecondition(
                  OutputTee::Start(log, "main").status()));
            }),
            0);
  EXPECT_EQ(File("err"), "error\n");
  EXPECT_THAT(Log(), ElementsAre("STDERR  error"));
}

TEST_F(OutputTeeTest, LeavesAnotherRedirectionInPlace) {
  EXPECT_EQ(RunWithTee([this](Tee& tee) {
              printf("recorded\n");
              fflush(stdout);
              dup2(Open("other"), STDOUT_FILENO);
              tee = nullptr;
              Print(STDOUT_FILENO, "to the other\n");
            }),
            0);
  EXPECT_EQ(File("out"), "recorded\n");
  EXPECT_EQ(File("other"), "to the other\n");
}

volatile sig_atomic_t urgent_signals = 0;

TEST_F(OutputTeeTest, LeavesTheProgramsHandlerOfUrgentSignals) {
  EXPECT_EQ(Run([this] {
              ::signal(SIGURG, [](int) { ++urgent_signals; });
              Tee tee = Start();
              raise(SIGURG);
              Require(urgent_signals == 1);
              tee = nullptr;
              raise(SIGURG);
              Require(urgent_signals == 2);
            }),
            0);
}

TEST_F(OutputTeeTest, TheOriginalStandardErrorIsNotRecorded) {
  EXPECT_EQ(
      RunWithTee([](Tee& tee) { Print(tee->standard_error(), "a bar\n"); }), 0);
  EXPECT_EQ(File("err"), "a bar\n");
  EXPECT_THAT(File("log"), IsEmpty());
}

TEST_F(OutputTeeTest, GoesOnWhenNobodyReadsTheOutput) {
  EXPECT_EQ(Run([this] {
              int ends[2];
              Require(pipe(ends) == 0);
              dup2(ends[1], STDOUT_FILENO);
              close(ends[0]);
              close(ends[1]);
              Tee tee = Start();
              printf("for the log\n");
              Require(tee->End().ok());
            }),
            0);
  EXPECT_THAT(Log(), ElementsAre("STDOUT  for the log"));
}

TEST_F(OutputTeeTest, OnATerminalLinesAreThereAtOnce) {
  const UniqueFd terminal(posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(terminal.is_open());
  ASSERT_EQ(grantpt(terminal.get()), 0);
  ASSERT_EQ(unlockpt(terminal.get()), 0);
  const std::string name = ptsname(terminal.get());
  // A stream that nobody used yet, as in a program that starts.
  const int status = Run([&] {
    const int slave = open(name.c_str(), O_RDWR | O_NOCTTY);
    dup2(slave, STDOUT_FILENO);
    close(slave);
    stdout = fdopen(STDOUT_FILENO, "w");
    const Tee tee = Start();
    printf("a line\n");
    raise(SIGKILL);
  });
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  char text[100];
  const ssize_t size = read(terminal.get(), text, sizeof(text));
  ASSERT_GT(size, 0);
  EXPECT_EQ(absl::string_view(text, size), "a line\r\n");
}

}  // namespace
}  // namespace cppet
