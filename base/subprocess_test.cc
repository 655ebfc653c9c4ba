#include "cppet/base/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/process_tree.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;

SubprocessResult RunShell(absl::string_view script,
                          const SubprocessOptions& options = {}) {
  absl::StatusOr<SubprocessResult> result =
      RunSubprocess({"sh", "-c", std::string(script)}, options);
  EXPECT_THAT(result, IsOk());
  return result.value_or(SubprocessResult());
}

// Runs `script` and returns what it wrote, without white space at the end.
std::string Output(absl::string_view script,
                   const SubprocessOptions& options = {}) {
  const SubprocessResult result = RunShell(script, options);
  EXPECT_TRUE(result.ok()) << result.Describe() << result.standard_error;
  return std::string(absl::StripAsciiWhitespace(result.standard_output));
}

bool IsRunning(pid_t pid) { return FindProcess(pid).start_time >= 0; }

bool EndsSoon(pid_t pid) {
  for (int i = 0; i < 500 && IsRunning(pid); ++i) usleep(10000);
  return !IsRunning(pid);
}

pid_t ToPid(absl::string_view text) {
  pid_t pid = 0;
  EXPECT_TRUE(absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &pid)) << text;
  return pid;
}

// Runs `check` in a process of its own, as it changes what all tests share.
template <typename Check>
void InAnotherProcess(Check check) {
  const pid_t pid = fork();
  if (pid == 0) {
    check();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST(SubprocessTest, TellsHowAProgramEnded) {
  const SubprocessResult success = RunShell("exit 0");
  EXPECT_TRUE(success.ok());
  EXPECT_EQ(success.exit_code, 0);
  EXPECT_EQ(success.signal, 0);
  EXPECT_FALSE(success.timed_out);

  const SubprocessResult failure = RunShell("exit 3");
  EXPECT_FALSE(failure.ok());
  EXPECT_EQ(failure.exit_code, 3);
  EXPECT_EQ(failure.Describe(), "exited with code 3");

  const SubprocessResult killed = RunShell("kill -9 $$");
  EXPECT_FALSE(killed.ok());
  EXPECT_EQ(killed.exit_code, -1);
  EXPECT_EQ(killed.signal, SIGKILL);
  EXPECT_EQ(killed.Describe(), "killed by signal 9 (Killed)");
}

TEST(SubprocessTest, KeepsBothOutputsApart) {
  const SubprocessResult result = RunShell("echo out; echo err >&2");
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
  EXPECT_FALSE(result.output_cut);
}

TEST(SubprocessTest, PassesArgumentsAsTheyAre) {
  EXPECT_THAT(RunSubprocess({"printf", "[%s]", "a b", "", "$HOME", "*", "'"}),
              IsOkAndHolds(Field(&SubprocessResult::standard_output,
                                 "[a b][][$HOME][*][']")));
}

TEST(SubprocessTest, HasNothingOnStandardInput) {
  EXPECT_EQ(Output("wc -c; readlink /proc/self/fd/0"), "0\n/dev/null");
}

TEST(SubprocessTest, PassesStandardInputAsItIs) {
  const std::string zeros(3'000'000, '\0');
  EXPECT_EQ(RunShell("cat", {.standard_input = zeros, .max_output = 4 << 20})
                .standard_output,
            zeros);
  EXPECT_EQ(Output("head -c 1; cat >/dev/null; cat", {.standard_input = "ab"}),
            "a");
  EXPECT_EQ(Output("echo done", {.standard_input = "nobody reads it"}), "done");
}

TEST(SubprocessTest, AddsToTheEnvironment) {
  setenv("CPPET_TEST_OURS", "ours", 1);
  setenv("CPPET_TEST_CHANGED", "before", 1);
  EXPECT_EQ(Output("echo $CPPET_TEST_OURS $CPPET_TEST_CHANGED $CPPET_TEST_NEW",
                   {.environment = {{"CPPET_TEST_CHANGED", "after"},
                                    {"CPPET_TEST_NEW", "not the last"},
                                    {"CPPET_TEST_NEW", "new = last"}}}),
            "ours after new = last");
}

TEST(SubprocessTest, LeavesOutVariables) {
  ASSERT_EQ(setenv("CPPET_TEST_UNSET", "set", 1), 0);
  EXPECT_EQ(Output("echo ${CPPET_TEST_UNSET-none} ${CPPET_TEST_ADDED-none}",
                   {.environment = {{"CPPET_TEST_ADDED", "added"}},
                    .unset = {"CPPET_TEST_UNSET", "CPPET_TEST_ADDED"}}),
            "none added");
}

TEST(SubprocessTest, LooksTheProgramUpOnItsOwnPath) {
  const TempDirectory directory;
  ASSERT_THAT(WriteFile(directory.Path("mine"), "#!/bin/sh\necho mine\n"),
              IsOk());
  chmod(directory.Path("mine").c_str(), 0755);
  const std::string path = absl::StrCat("/no/such:", directory.path(), ":/bin");
  EXPECT_THAT(
      RunSubprocess({"mine"}, {.environment = {{"PATH", path}}}),
      IsOkAndHolds(Field(&SubprocessResult::standard_output, "mine\n")));
  EXPECT_THAT(
      RunSubprocess({"./mine"}, {.working_directory = directory.path()}),
      IsOkAndHolds(Field(&SubprocessResult::standard_output, "mine\n")))
      << "a relative path starts in the working directory";
}

TEST(SubprocessTest, StartsInTheWorkingDirectory) {
  EXPECT_EQ(Output("pwd", {.working_directory = "/usr"}), "/usr");
}

TEST(SubprocessTest, KeepsTheStartOfMuchOutputAndReadsAll) {
  const SubprocessResult result = RunShell(
      "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 5",
      {.max_output = 1000});
  EXPECT_EQ(result.standard_output, std::string(1000, '\0'));
  EXPECT_EQ(result.standard_error, std::string(1000, '\0'));
  EXPECT_TRUE(result.output_cut);
  EXPECT_EQ(result.exit_code, 5);

  const SubprocessResult exact = RunShell("printf 1234", {.max_output = 4});
  EXPECT_EQ(exact.standard_output, "1234");
  EXPECT_FALSE(exact.output_cut);
  EXPECT_TRUE(RunShell("printf 1", {.max_output = 0}).output_cut);
}

TEST(SubprocessTest, MeasuresTheTimeOfTheProgram) {
  const double seconds = RunShell("sleep 0.2").wall_seconds;
  EXPECT_GE(seconds, 0.2);
  EXPECT_LT(seconds, 10);
}

TEST(SubprocessErrorTest, IsNotFoundForWhatDoesNotExist) {
  const TempDirectory directory;
  const std::string script = directory.Path("script");
  ASSERT_THAT(WriteFile(script, "#!/no/such/interpreter\n"), IsOk());
  chmod(script.c_str(), 0755);
  EXPECT_THAT(RunSubprocess({"no-such-program"}),
              StatusIs(absl::StatusCode::kNotFound,
                       "no program \"no-such-program\" on PATH"));
  EXPECT_THAT(RunSubprocess({"./no-such"}),
              StatusIs(absl::StatusCode::kNotFound,
                       "program \"./no-such\" does not exist"));
  EXPECT_THAT(RunSubprocess({"/dev/null/program"}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunSubprocess({script}),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr(script), HasSubstr("interpreter"))));
  EXPECT_THAT(
      RunSubprocess({"true"}, {.working_directory = "/no/such"}),
      StatusIs(absl::StatusCode::kNotFound,
               AllOf(HasSubstr("working directory"), HasSubstr("/no/such"))));
}

TEST(SubprocessErrorTest, IsPermissionDeniedForWhatIsNotExecutable) {
  const TempDirectory directory;
  ASSERT_THAT(WriteFile(directory.Path("plain"), "echo\n"), IsOk());
  EXPECT_THAT(RunSubprocess({directory.Path("plain")}),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr(directory.Path("plain"))));
  EXPECT_THAT(
      RunSubprocess({"plain"}, {.environment = {{"PATH", directory.path()}}}),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("plain")));
  EXPECT_THAT(RunSubprocess({directory.path()}),
              StatusIs(absl::StatusCode::kPermissionDenied))
      << "a folder";
  chmod(directory.Path("plain").c_str(), 0755);
  EXPECT_THAT(RunSubprocess({directory.Path("plain")}),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("Exec format error")))
      << "a script without a first line that says who runs it";
}

TEST(SubprocessErrorTest, IsInvalidArgumentForWhatCannotBeAskedFor) {
  const auto is_invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  const std::string nul("a\0b", 3);
  EXPECT_THAT(RunSubprocess({}), is_invalid);
  EXPECT_THAT(RunSubprocess({""}), is_invalid);
  EXPECT_THAT(RunSubprocess({"echo", nul}), is_invalid);
  EXPECT_THAT(RunSubprocess({"true"}, {.environment = {{"", "x"}}}),
              is_invalid);
  EXPECT_THAT(RunSubprocess({"true"}, {.environment = {{"a=b", "x"}}}),
              is_invalid);
  EXPECT_THAT(RunSubprocess({"true"}, {.environment = {{"a", nul}}}),
              is_invalid);
  EXPECT_THAT(RunSubprocess({"true"}, {.working_directory = nul}), is_invalid);
  EXPECT_THAT(RunSubprocess({"true"}, {.timeout = absl::ZeroDuration()}),
              is_invalid);
}

TEST(SubprocessErrorTest, IsFailedPreconditionWhereTheEndIsLost) {
  InAnotherProcess([] {
    signal(SIGCHLD, SIG_IGN);
    EXPECT_THAT(
        RunSubprocess({"true"}),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("SIGCHLD")));
  });
}

TEST(SubprocessTimeoutTest, EndsAProgram) {
  const SubprocessResult result = RunShell(
      "echo before; exec sleep 60", {.timeout = absl::Milliseconds(100)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_EQ(result.standard_output, "before\n");
  EXPECT_EQ(result.Describe(), "ran past its timeout of 100ms");
  EXPECT_GE(result.wall_seconds, 0.1);
  EXPECT_LT(result.wall_seconds, 10);
}

TEST(SubprocessTimeoutTest, LetsAProgramEndInItsOwnWay) {
  const SubprocessResult result =
      RunShell("trap 'echo saved; exit 0' TERM; while :; do sleep 0.01; done",
               {.timeout = absl::Milliseconds(200)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.standard_output, "saved\n");
}

TEST(SubprocessTimeoutTest, KillsAProgramThatIgnoresIt) {
  const SubprocessResult result =
      RunShell("trap '' TERM; while :; do sleep 0.05; done",
               {.timeout = absl::Milliseconds(100)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_GE(result.wall_seconds, 0.6);
  EXPECT_LT(result.wall_seconds, 10);
}

TEST(SubprocessTimeoutTest, EndsAllDescendants) {
  const SubprocessResult result =
      RunShell("sleep 60 & echo $!; (trap '' TERM; sleep 60) & wait",
               {.timeout = absl::Milliseconds(300)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_TRUE(EndsSoon(ToPid(result.standard_output)));
}

TEST(SubprocessTimeoutTest, KillsDescendantsThatOutliveTheProgram) {
  const SubprocessResult result =
      RunShell("(trap '' TERM; exec sleep 60 >/dev/null 2>&1) & echo $!; wait",
               {.timeout = absl::Milliseconds(300)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_TRUE(EndsSoon(ToPid(result.standard_output)));
}

TEST(SubprocessTimeoutTest, SparesAProgramThatEndsInTime) {
  const SubprocessResult result =
      RunShell("sleep 0.05", {.timeout = absl::Seconds(60)});
  EXPECT_TRUE(result.ok()) << result.Describe();
}

TEST(SubprocessTest, DoesNotWaitForDescendantsThatHoldTheOutput) {
  const absl::Time start = absl::Now();
  const SubprocessResult result = RunShell("sleep 60 & echo $!");
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(kill(ToPid(result.standard_output), SIGKILL), 0)
      << "it is left to run";
}

TEST(SubprocessTest, DoesNotReadForEverFromDescendantsThatWriteForEver) {
  const SubprocessResult result = RunShell("yes & echo $! >&2");
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(EndsSoon(ToPid(result.standard_error)));
}

TEST(SubprocessTest, ClosesOurFiles) {
  // Neither has the flag that closes it.
  const UniqueFd low(open("/dev/null", O_RDONLY));
  const UniqueFd high(dup2(low.get(), 200));
  EXPECT_EQ(Output("exec ls /proc/self/fd"), "0\n1\n2\n3")
      << "3 is the folder itself";
}

TEST(SubprocessTest, WorksWithoutStandardFiles) {
  InAnotherProcess([] {
    for (int fd = 0; fd <= 2; ++fd) close(fd);
    const SubprocessResult result = RunShell("cat; echo out; echo err >&2");
    EXPECT_EQ(result.standard_output, "out\n");
    EXPECT_EQ(result.standard_error, "err\n");
  });
}

// Returns the signals in the set `name` (SigBlk, SigIgn, SigCgt) of a program.
std::vector<int> SignalSet(const std::string& name) {
  const std::string status = Output("exec cat /proc/self/status");
  const size_t start = status.find(name + ":\t");
  if (start == std::string::npos) return {-1};
  const uint64_t bits =
      std::stoull(status.substr(start + name.size() + 2, 16), nullptr, 16);
  std::vector<int> signals;
  for (int signal = 1; signal <= 64; ++signal) {
    // The C library keeps those between to itself.
    if (signal >= 32 && signal < SIGRTMIN) continue;
    if (bits >> (signal - 1) & 1) signals.push_back(signal);
  }
  return signals;
}

TEST(SubprocessTest, ResetsSignals) {
  InAnotherProcess([] {
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) {
      signal(number, SIG_IGN);
    }
    signal(SIGUSR1, [](int) {});
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    EXPECT_THAT(SignalSet("SigBlk"), IsEmpty());
    EXPECT_THAT(SignalSet("SigCgt"), IsEmpty());
    EXPECT_THAT(SignalSet("SigIgn"),
                Each(AllOf(Ne(SIGINT), Ne(SIGTERM), Ne(SIGPIPE), Ne(SIGXFSZ))));
    sigset_t ours;
    sigprocmask(SIG_SETMASK, nullptr, &ours);
    EXPECT_TRUE(sigismember(&ours, SIGUSR1)) << "ours stay";
    EXPECT_EQ(signal(SIGPIPE, SIG_DFL), SIG_IGN) << "ours stay";
  });
}

TEST(SubprocessTest, IgnoresOtherSignalsThatWeIgnore) {
  InAnotherProcess([] {
    signal(SIGHUP, SIG_IGN);  // as nohup does
    EXPECT_THAT(SignalSet("SigIgn"), Contains(SIGHUP));
  });
}

TEST(SubprocessTest, GoesOnAfterInterrupts) {
  InAnotherProcess([] {
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, nullptr);  // without SA_RESTART
    const itimerval every_millisecond = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &every_millisecond, nullptr);
    EXPECT_EQ(Output("sleep 0.2; echo done"), "done");
  });
}

TEST(SubprocessTest, StaysInOurProcessGroup) {
  EXPECT_EQ(Output("awk '{print $5}' /proc/$$/stat"), absl::StrCat(getpgrp()));
}

TEST(SubprocessTest, DiesWithTheCaller) {
  const TempDirectory directory;
  const std::string file = directory.Path("pid");
  const pid_t caller = fork();
  if (caller == 0) {
    RunShell(absl::StrCat("echo $$ > ", file, ".new; mv ", file, ".new ", file,
                          "; exec sleep 60"));
    _exit(0);
  }
  while (!ReadFile(file).ok()) usleep(1000);
  const pid_t program = ToPid(ReadFile(file).value());
  EXPECT_TRUE(IsRunning(program));
  kill(caller, SIGKILL);
  waitpid(caller, nullptr, 0);
  EXPECT_TRUE(EndsSoon(program));
}

TEST(SubprocessTest, RunsInManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 10; ++round) {
        const std::string text = absl::StrCat(i, "-", round);
        EXPECT_EQ(Output(absl::StrCat("echo ", text)), text);
        EXPECT_THAT(RunSubprocess({"no-such-program"}),
                    StatusIs(absl::StatusCode::kNotFound));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(SubprocessTest, LeavesNoFilesOpenAndNoZombies) {
  const auto open_files = [] {
    const UniqueFd probe(open("/dev/null", O_RDONLY));
    return probe.get();  // the lowest number that is free
  };
  const int before = open_files();
  RunShell("exit 1");
  EXPECT_THAT(RunSubprocess({"no-such-program"}), Not(IsOk()));
  RunShell("exec sleep 60", {.timeout = absl::Milliseconds(10)});
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace cppet
