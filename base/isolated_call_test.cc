#include "cppet/base/isolated_call.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Bytes = absl::StatusOr<std::string>;

int64_t OpenFiles() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST(IsolatedCallTest, ReturnsWhatTheFunctionReturns) {
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes { return "abc"; }),
              IsOkAndHolds("abc"));
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes { return ""; }),
              IsOkAndHolds(""));
  const std::string large(3'000'000, '\0');
  EXPECT_THAT(CallIsolated([&](const TakeNote&) -> Bytes { return large; }),
              IsOkAndHolds(large));
}

TEST(IsolatedCallTest, ReturnsTheFunctionsError) {
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes {
                return absl::NotFoundError("no such thing");
              }),
              StatusIs(absl::StatusCode::kNotFound, "no such thing"));
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes {
                throw std::runtime_error("thrown");
              }),
              StatusIs(absl::StatusCode::kInternal, "thrown"));
}

TEST(IsolatedCallTest, LeavesThisProcessAsItIs) {
  int number = 1;
  EXPECT_THAT(CallIsolated([&](const TakeNote&) -> Bytes {
                number = 2;
                return "";
              }),
              IsOk());
  EXPECT_EQ(number, 1);
}

TEST(IsolatedCallTest, TheCopyHasNothingOfWhatWaitsToBePrinted) {
  const TempDirectory directory;
  const std::string path = directory.Path("printed");
  const pid_t child = fork();
  if (child == 0) {
    if (freopen(path.c_str(), "w", stdout) == nullptr) _exit(1);
    printf("once\n");
    const absl::StatusOr<std::string> result =
        CallIsolated([](const TakeNote&) -> Bytes {
          fflush(stdout);
          return "x";
        });
    fflush(stdout);
    _exit(result.ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("once\n"));
}

TEST(IsolatedCallTest, TellsHowTheCopyDiedAndOfWhat) {
  EXPECT_THAT(CallIsolated([](const TakeNote& note) -> Bytes {
                note("the first");
                note("the last");
                raise(SIGKILL);
                return "";
              }),
              StatusIs(absl::StatusCode::kAborted,
                       AllOf(HasSubstr("signal 9"), HasSubstr("the last"))));
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes { _exit(3); }),
              StatusIs(absl::StatusCode::kAborted, "exited with code 3"));
}

TEST(IsolatedCallTest, TakesNoHalfAnswer) {
  EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes { _exit(0); }),
              StatusIs(absl::StatusCode::kAborted));
}

TEST(IsolatedCallTest, EndsWhatTakesTooLong) {
  IsolatedCallOptions options;
  options.timeout = absl::Milliseconds(200);
  const absl::Time start = absl::Now();
  EXPECT_THAT(CallIsolated(
                  [](const TakeNote& note) -> Bytes {
                    note("sleeping");
                    absl::SleepFor(absl::Seconds(60));
                    return "";
                  },
                  options),
              StatusIs(absl::StatusCode::kDeadlineExceeded,
                       "took longer than 200ms at sleeping"));
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
}

TEST(IsolatedCallTest, BoundsMemory) {
  IsolatedCallOptions options;
  options.max_memory = 64 << 20;
  EXPECT_THAT(CallIsolated(
                  [](const TakeNote&) -> Bytes {
                    std::vector<std::string> all;
                    for (int i = 0; i < 1000; ++i) {
                      all.emplace_back(1 << 20, 'x');
                    }
                    return all[7];
                  },
                  options),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(IsolatedCallTest, BoundsTheAnswer) {
  IsolatedCallOptions options;
  options.max_result = 1000;
  EXPECT_THAT(
      CallIsolated(
          [](const TakeNote&) -> Bytes { return std::string(100'000, 'x'); },
          options),
      StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(IsolatedCallTest, LeavesNoProcessesAndNoOpenFiles) {
  const int64_t before = OpenFiles();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(CallIsolated([](const TakeNote&) -> Bytes { return "x"; }),
                IsOk());
    EXPECT_FALSE(CallIsolated([](const TakeNote&) -> Bytes { abort(); }).ok());
  }
  EXPECT_EQ(OpenFiles(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace cppet
