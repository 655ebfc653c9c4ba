#include "cppet/environment/executors/process_executor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/executors/executor_conformance.h"
#include "cppet/environment/processes/child_process.h"
#include "cppet/environment/processes/open_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::Values;

using MakeExecutor =
    std::unique_ptr<Executor> (*)(EventLoop&, const ProcessExecutorOptions&);

ExecutorConformanceParam Param(std::string name, MakeExecutor make,
                               int processes) {
  return {std::move(name),
          [make, processes](EventLoop& loop) {
            ProcessExecutorOptions options;
            options.processes = processes;
            return make(loop, options);
          },
          processes};
}

INSTANTIATE_TEST_SUITE_P(Process, ExecutorConformanceTest,
                         Values(Param("Fork1", MakeForkExecutor, 1),
                                Param("Fork4", MakeForkExecutor, 4),
                                Param("Pool1", MakePoolExecutor, 1),
                                Param("Pool4", MakePoolExecutor, 4)),
                         [](const auto& info) { return info.param.name; });

// Whether there is such a process that is not a zombie.
bool Lives(pid_t pid) {
  const auto status = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  return status.ok() && !absl::StrContains(*status, ") Z ");
}

bool AllVanish(const std::vector<pid_t>& pids) {
  for (int i = 0; i < 500; ++i) {
    bool any = false;
    for (const pid_t pid : pids) any = any || Lives(pid);
    if (!any) return true;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return false;
}

// Whose processes add themselves by AddSelf.
class PidFile {
 public:
  explicit PidFile(std::string path) : path_(std::move(path)) {}

  void AddSelf() const {
    FILE* file = fopen(path_.c_str(), "a");
    fprintf(file, "%d\n", getpid());
    fclose(file);
  }
  // Waits until there are that many.
  std::vector<pid_t> Wait(int count) const {
    std::vector<pid_t> pids;
    while (pids.size() < count) {
      absl::SleepFor(absl::Milliseconds(5));
      pids.clear();
      const auto content = ReadFile(path_);
      if (!content.ok()) continue;
      for (const absl::string_view line :
           absl::StrSplit(*content, '\n', absl::SkipEmpty())) {
        int pid;
        if (absl::SimpleAtoi(line, &pid)) pids.push_back(pid);
      }
    }
    return pids;
  }

 private:
  const std::string path_;
};

[[noreturn]] void SleepForever() {
  while (true) absl::SleepFor(absl::Hours(1));
}

class ProcessExecutorTest : public ::testing::TestWithParam<MakeExecutor> {
 protected:
  absl::Status Execute(TestClient& client, ProcessExecutorOptions options) {
    return GetParam()(loop_, options)->Execute(client);
  }
  absl::Status Execute(TestClient& client, int processes = 2,
                       double timeout = 0) {
    ProcessExecutorOptions options;
    options.processes = processes;
    options.timeout = timeout;
    return Execute(client, options);
  }
  bool is_pool() const { return GetParam() == MakePoolExecutor; }

  EventLoop loop_;
  const TempDirectory folder_;
  const PidFile pids_{folder_.Path("pids")};
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProcessExecutorTest,
                         Values(MakeForkExecutor, MakePoolExecutor),
                         [](const auto& info) {
                           return info.param == MakeForkExecutor ? "Fork"
                                                                 : "Pool";
                         });

TEST_P(ProcessExecutorTest, AProcessThatDiesFailsItsRunOnly) {
  TestClient client(20);
  client.compute = [](RunReport& report) {
    switch (report.record.index) {
      case 3:
        // A sanitizer would handle it.
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        break;
      case 4:
        raise(SIGKILL);
        break;
      case 5:
        exit(3);
      case 6:
        _exit(0);
      case 7:
        abort();
      default:
        break;
    }
  };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_THAT(client.reports, SizeIs(15));
  EXPECT_THAT(
      client.deaths,
      ElementsAre(
          Pair(3, "its process was killed by signal 11 (Segmentation fault)"),
          Pair(4, "its process was killed by signal 9 (Killed)"),
          Pair(5, "its process exited with code 3"),
          Pair(6, "its process exited with code 0"),
          Pair(7, "its process was killed by signal 6 (Aborted)")));
}

TEST_P(ProcessExecutorTest, AProcessThatIsKilledFailsItsRunOnly) {
  TestClient client(6);
  client.compute = [&](RunReport& report) {
    if (report.record.index != 2) return;
    pids_.AddSelf();
    SleepForever();
  };
  std::thread killer([&] { kill(pids_.Wait(1)[0], SIGKILL); });
  ASSERT_THAT(Execute(client), IsOk());
  killer.join();
  EXPECT_THAT(client.reports, SizeIs(5));
  EXPECT_THAT(client.deaths,
              ElementsAre(Pair(2,
                               "its process was killed by signal 9 "
                               "(Killed)")));
}

TEST_P(ProcessExecutorTest, ARunThatTakesTooLongFails) {
  TestClient client(6);
  client.compute = [&](RunReport& report) {
    if (report.record.index % 3 == 0) SleepForever();
  };
  ASSERT_THAT(Execute(client, 2, 1.5), IsOk());
  EXPECT_THAT(client.reports, SizeIs(4));
  EXPECT_THAT(client.deaths,
              ElementsAre(Pair(0, "ran past its timeout of 1.5 s"),
                          Pair(3, "ran past its timeout of 1.5 s")));
}

TEST_P(ProcessExecutorTest, DeliveryMayTakeItsTime) {
  TestClient client(2);
  client.deliver = [](RunReport&) { absl::SleepFor(absl::Milliseconds(1500)); };
  ASSERT_THAT(Execute(client, 2, 1), IsOk());
  EXPECT_THAT(client.reports, SizeIs(2));
}

TEST_P(ProcessExecutorTest, NothingThatARunStartedOutlivesIt) {
  TestClient client(4);
  client.compute = [&](RunReport& report) {
    if (fork() == 0) {
      pids_.AddSelf();
      SleepForever();
    }
    pids_.Wait(1);
    if (report.record.index == 1) raise(SIGKILL);
    if (report.record.index == 2) SleepForever();
  };
  ASSERT_THAT(Execute(client, 1, 2), IsOk());
  EXPECT_THAT(client.reports, SizeIs(2));
  EXPECT_TRUE(AllVanish(pids_.Wait(4)));
}

TEST_P(ProcessExecutorTest, AChildThatARunForgotDoesNotReport) {
  TestClient client(2);
  client.compute = [&](RunReport&) {
    const pid_t child = fork();
    // Both return.
    if (child > 0) waitpid(child, nullptr, 0);
  };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_THAT(client.reports, SizeIs(2));
}

TEST_P(ProcessExecutorTest, AProcessThatClosesItsConnectionFailsItsRun) {
  TestClient client(3);
  client.compute = [&](RunReport& report) {
    if (report.record.index != 1) return;
    for (int fd = 3; fd < 1000; ++fd) close(fd);
    SleepForever();
  };
  ASSERT_THAT(Execute(client), IsOk());
  EXPECT_THAT(client.deaths, ElementsAre(Pair(1, HasSubstr("closed"))));
}

TEST_P(ProcessExecutorTest, WaitsWhileTheClientIsFull) {
  TestClient client(10);
  bool full = false;
  client.is_full = [&] { return full; };
  client.take = [&](const RunReport&) {
    EXPECT_FALSE(full);
    full = true;
    loop_.CallAt(EventLoop::Clock::now() + std::chrono::milliseconds(20),
                 [&] { full = false; });
    return absl::OkStatus();
  };
  ASSERT_THAT(Execute(client, 1), IsOk());
  EXPECT_THAT(client.reports, SizeIs(10));
}

TEST_P(ProcessExecutorTest, NoTwoProcessesHaveAPlaceAtATime) {
  int place = -1;
  TestClient client(60);
  client.enter = [&](const RunProcess& process) {
    place = process.place;
    // The lock is held until the end of the process.
    const int fd = open(folder_.Path(absl::StrCat("place_", place)).c_str(),
                        O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) place = -1;
  };
  std::set<std::string> places;
  client.compute = [&](RunReport& report) {
    report.value = absl::StrCat(place);
    // Others are at work meanwhile.
    absl::SleepFor(absl::Milliseconds(5));
    if (report.record.index % 10 == 7) raise(SIGKILL);
    if (report.record.index % 10 == 8) exit(3);
  };
  client.take = [&](const RunReport& report) {
    places.insert(report.value);
    return absl::OkStatus();
  };
  ProcessExecutorOptions options;
  options.processes = 3;
  options.exclusive_places = true;
  ASSERT_THAT(Execute(client, options), IsOk());
  EXPECT_THAT(client.reports, SizeIs(48));
  EXPECT_THAT(client.deaths, SizeIs(12));
  EXPECT_THAT(places, ElementsAre("0", "1", "2"));
}

TEST_P(ProcessExecutorTest, OneProcessAtATimeHasTheFirstPlace) {
  TestClient client(20);
  int place = -1;
  client.enter = [&](const RunProcess& process) { place = process.place; };
  client.compute = [&](RunReport& report) {
    report.value = absl::StrCat(place);
    // What it leaves holds its connection open.
    if (report.record.index == 3 && fork() == 0) SleepForever();
    if (report.record.index == 5) raise(SIGKILL);
  };
  client.take = [](const RunReport& report) {
    EXPECT_EQ(report.value, "0");
    return absl::OkStatus();
  };
  ProcessExecutorOptions options;
  options.exclusive_places = true;
  ASSERT_THAT(Execute(client, options), IsOk());
  EXPECT_THAT(client.reports, SizeIs(19));
}

TEST_P(ProcessExecutorTest, NeitherExitHandlersNorBuffersRunTwice) {
  // Both would show in the child of a death test.
  const std::string path = folder_.Path("out");
  const pid_t parent = fork();
  if (parent == 0) {
    if (freopen(path.c_str(), "w", stdout) == nullptr) _exit(1);
    atexit([] { printf("handler\n"); });
    printf("before\n");
    TestClient client(4);
    client.compute = [](RunReport& report) {
      printf("run\n");
      if (report.record.index == 1) exit(3);
    };
    Execute(client).IgnoreError();
    printf("after\n");
    exit(0);
  }
  ASSERT_EQ(waitpid(parent, nullptr, 0), parent);
  EXPECT_THAT(ReadFile(path),
              IsOkAndHolds("before\nrun\nrun\nrun\nrun\nafter\nhandler\n"));
}

TEST_P(ProcessExecutorTest, AllDieWithTheMainProcess) {
  // Orphans become ours, so that they do not stay zombies.
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    TestClient client(3);
    client.compute = [&](RunReport&) {
      if (fork() == 0) {
        pids_.AddSelf();
        SleepForever();
      }
      pids_.AddSelf();
      SleepForever();
    };
    Execute(client, 3).IgnoreError();
    _exit(0);
  }
  const std::vector<pid_t> pids = pids_.Wait(6);
  ASSERT_EQ(kill(parent, SIGKILL), 0);
  EXPECT_TRUE(AllVanish(pids));
  while (waitpid(-1, nullptr, 0) > 0) {
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_P(ProcessExecutorTest, DoesNotMindIgnoredChildren) {
  struct sigaction ignore = {}, old;
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &ignore, &old);
  TestClient client(10);
  client.compute = [](RunReport& report) {
    if (report.record.index == 5) raise(SIGKILL);
  };
  EXPECT_THAT(Execute(client), IsOk());
  sigaction(SIGCHLD, &old, nullptr);
  EXPECT_THAT(client.reports, SizeIs(9));
  EXPECT_THAT(client.deaths, ElementsAre(Pair(5, HasSubstr("not known"))));
}

// No more than so many files beside those that are open, as long as it lives.
class FewFiles {
 public:
  explicit FewFiles(int files) {
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &old_), 0);
    rlimit limit = old_;
    limit.rlim_cur = OpenFiles() - 1 + files;  // one is that of the counting
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~FewFiles() { EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &old_), 0); }

 private:
  rlimit old_;
};

TEST_P(ProcessExecutorTest, GoesOnWithFewerProcessesIfThereAreNoMore) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan, which comes with it, opens files to look at memory";
#endif
  const auto execute_with_files = [&](int files, TestClient& client) {
    const FewFiles few(files);
    return Execute(client, 10);
  };
  TestClient client(20);
  EXPECT_THAT(execute_with_files(4, client), IsOk());
  EXPECT_THAT(client.reports, SizeIs(20));
  TestClient starved(20);
  EXPECT_THAT(execute_with_files(1, starved),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("Too many open files")));
  EXPECT_THAT(starved.reports, IsEmpty());
}

// What a run leaves behind holds the socket of its process, which so has its
// files for a while after all is done.
TEST_P(ProcessExecutorTest, WaitsForProcessesThatAreDoneIfThereAreNoMore) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan, which comes with it, opens files to look at memory";
#endif
  TestClient client(6);
  client.compute = [](RunReport&) {
    if (fork() == 0) {
      absl::SleepFor(absl::Milliseconds(300));
      _exit(0);
    }
  };
  const FewFiles few(4);
  EXPECT_THAT(Execute(client, 10), IsOk());
  EXPECT_THAT(client.reports, SizeIs(6));
}

TEST_P(ProcessExecutorTest, ManyRunsLeaveNothingBehind) {
  const int open_files = OpenFiles();
  TestClient client(is_pool() ? 20000 : 500);
  int64_t taken = 0;
  client.take = [&](const RunReport&) {
    ++taken;
    return absl::OkStatus();
  };
  ASSERT_THAT(Execute(client, 4, 10), IsOk());
  EXPECT_EQ(taken, is_pool() ? 20000 : 500);
  EXPECT_EQ(client.forks, is_pool() ? 4 : 500);
  EXPECT_EQ(OpenFiles(), open_files);
}

}  // namespace
}  // namespace cppet
