// Which runs an environment starts, when, and where.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/scheduling/system_load.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::Values;

std::vector<int> OwnCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

struct Mode {
  std::string name;
  bool multiproc = true;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLocal;
};

class EnvironmentSchedulingTest : public ::testing::TestWithParam<Mode> {
 protected:
  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.filename = folder_.Path("traj.hdf5");
    options.log_folder = folder_.Path("logs");
    options.progress = ProgressMode::kNever;
    options.durability = Durability::kProcess;
    options.multiproc = GetParam().multiproc;
    options.use_pool = GetParam().use_pool;
    options.wrap_mode = GetParam().wrap_mode;
    options.ncores = 2;
    return options;
  }

  std::unique_ptr<Environment> Make(EnvironmentOptions options, int runs) {
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0);
    EXPECT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, runs)))),
        IsOk());
    return env;
  }

  // Makes a file, and returns whether it was not there.
  bool Touch(absl::string_view name) const {
    const int fd = open(folder_.Path(name).c_str(),
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return false;
    close(fd);
    return true;
  }
  void WaitFor(absl::string_view name) const {
    while (access(folder_.Path(name).c_str(), F_OK) != 0) {
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

  const TempDirectory folder_;
};

std::string NameOf(const ::testing::TestParamInfo<Mode>& info) {
  return info.param.name;
}

using RetryTest = EnvironmentSchedulingTest;

INSTANTIATE_TEST_SUITE_P(
    All, RetryTest,
    Values(Mode{"InProcess", false, false, WrapMode::kLocal},
           Mode{"ForkLock", true, false, WrapMode::kLock},
           Mode{"ForkQueue", true, false, WrapMode::kQueue},
           Mode{"ForkLocal", true, false, WrapMode::kLocal},
           Mode{"PoolLock", true, true, WrapMode::kLock},
           Mode{"PoolQueue", true, true, WrapMode::kQueue},
           Mode{"PoolLocal", true, true, WrapMode::kLocal}),
    NameOf);

TEST_P(RetryTest, ANewTryReplacesWhatTheFailedOneLeft) {
  EnvironmentOptions options = Options();
  options.retries = 1;
  auto env = Make(options, 30);
  const auto results = env->Run([&](cppet::Run& run) -> absl::Status {
    const bool first = Touch(absl::StrCat("tried_", run.index()));
    CPPET_RETURN_IF_ERROR(run.AddResult("z", first ? -1 : run.index()));
    if (!first) return absl::OkStatus();
    CPPET_RETURN_IF_ERROR(run.AddResult("old", 1));
    CPPET_RETURN_IF_ERROR(run.AddDerivedParameter("old_too", 1));
    return absl::UnavailableError("not yet");
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(30)));
  const auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5"));
  const auto loaded = (*storage)->Load("traj", LoadAll());
  ASSERT_THAT(loaded, IsOk());
  for (int i = 0; i < 30; ++i) {
    const std::string run = absl::StrCat("runs.", RunName(i), ".");
    EXPECT_TRUE((*loaded)->completed(i)) << i;
    EXPECT_THAT((*loaded)->Get<int>(absl::StrCat("results.", run, "z")),
                IsOkAndHolds(i));
    EXPECT_EQ((*loaded)->tree().FindExact(absl::StrCat("results.", run, "old")),
              nullptr);
    EXPECT_EQ((*loaded)->tree().FindExact(
                  absl::StrCat("derived_parameters.", run, "old_too")),
              nullptr);
  }
}

TEST_P(RetryTest, WhatAnInterruptKeepsFromANewTryHasFailed) {
  EnvironmentOptions options = Options();
  options.retries = 1;
  auto env = Make(options, 1000);
  const pid_t main = getpid();
  const auto results = env->Run([&](cppet::Run& run) -> absl::Status {
    if (run.index() != 3) return absl::OkStatus();
    // It is there before the report is.
    kill(main, SIGINT);
    return absl::UnavailableError("not yet");
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_TRUE(results->interrupted());
  ASSERT_THAT(results->failures(), SizeIs(1));
  EXPECT_EQ(results->failures()[0].index, 3);
  EXPECT_EQ(results->failures()[0].message, "UNAVAILABLE: not yet");
}

using PlaceTest = EnvironmentSchedulingTest;

INSTANTIATE_TEST_SUITE_P(All, PlaceTest,
                         Values(Mode{"Fork"}, Mode{"Pool", true, true}),
                         NameOf);

TEST_P(PlaceTest, ARunThatTookTooLongIsTriedAgain) {
  EnvironmentOptions options = Options();
  options.retries = 1;
  options.timeout = 1;
  auto env = Make(options, 4);
  const auto results = env->Run([&](cppet::Run& run) {
    if (run.index() == 2 && Touch("tried")) absl::SleepFor(absl::Hours(1));
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(results->failures(), IsEmpty());
}

TEST_P(PlaceTest, RunsAreWhereAndHowTheyAreToBe) {
  const std::vector<int> cores = OwnCores();
  EnvironmentOptions options = Options();
  options.niceness = 4;
  options.cpu_affinity = cores;
  options.resource_slots = {{"CUDA_VISIBLE_DEVICES", {"3", "5"}}};
  auto env = Make(options, 10);
  const int niceness = nice(0);
  const auto results =
      env->Run([&](cppet::Run& run) -> absl::StatusOr<std::string> {
        // Two at a time, lest one process of a pool does all.
        if (run.index() < 2) {
          Touch(absl::StrCat("run_", run.index()));
          WaitFor(absl::StrCat("run_", 1 - run.index()));
        }
        const std::vector<int> own = OwnCores();
        if (own.size() != 1) return absl::InternalError("many cores");
        return absl::StrCat(nice(0), " ", own[0], " ",
                            getenv("CUDA_VISIBLE_DEVICES"));
      });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(10)));
  const std::string nicer = absl::StrCat(std::min(niceness + 4, 19), " ");
  const std::string first = absl::StrCat(nicer, cores[0], " 3");
  const std::string second = absl::StrCat(nicer, cores[1 % cores.size()], " 5");
  std::set<std::string> found;
  for (const auto& [index, value] : *results) found.insert(value);
  EXPECT_THAT(found, ElementsAre(AnyOf(first, second), AnyOf(first, second)));
  EXPECT_EQ(nice(0), niceness);
  EXPECT_EQ(OwnCores(), cores);
}

TEST_P(PlaceTest, NoTwoProcessesHoldAThing) {
  EnvironmentOptions options = Options();
  options.ncores = 8;
  options.resource_slots = {{"CPPET_THING", {"a", "b", "c"}},
                            {"CPPET_OTHER", {"1", "2", "3", "4"}}};
  auto env = Make(options, 40);
  const auto results =
      env->Run([&](cppet::Run& run) -> absl::StatusOr<std::string> {
        const std::string thing = getenv("CPPET_THING");
        // Held until the end of the process, which may do many runs.
        static bool held = false;
        if (!held) {
          const int fd = open(folder_.Path("lock_" + thing).c_str(),
                              O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
          if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            return absl::InternalError(absl::StrCat(thing, " is held twice"));
          }
          held = true;
        }
        if (run.index() < 3) {
          Touch(absl::StrCat("run_", run.index()));
          for (int i = 0; i < 3; ++i) WaitFor(absl::StrCat("run_", i));
        }
        absl::SleepFor(absl::Milliseconds(3));
        if (run.index() % 10 == 7) raise(SIGKILL);
        if (run.index() % 10 == 8) abort();
        return thing;
      });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(32)));
  std::set<std::string> things;
  for (const auto& [index, thing] : *results) things.insert(thing);
  EXPECT_THAT(things, ElementsAre("a", "b", "c"));
  for (const RunFailure& failure : results->failures()) {
    EXPECT_THAT(failure.message, HasSubstr("killed by signal"));
  }
}

TEST_P(PlaceTest, RefusesACoreThatCannotBeUsed) {
  EnvironmentOptions options = Options();
  options.cpu_affinity = {CPU_SETSIZE - 1};
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("EnvironmentOptions.cpu_affinity = 1023")));
  options.multiproc = false;
  EXPECT_THAT(Environment::Create(options), IsOk());
}

class CapTest : public EnvironmentSchedulingTest {
 protected:
  // In a run: its begin and end are noted, whatever becomes of it.
  class Noted {
   public:
    explicit Noted(const CapTest& test) : test_(test) { test_.Note('b'); }
    ~Noted() { test_.Note('e'); }

   private:
    const CapTest& test_;
  };

  // The most runs that were at work at a time.
  int MostAtATime() const {
    const std::string notes = ReadFile(folder_.Path("notes")).value();
    int now = 0, most = 0;
    for (const char c : notes) {
      now += c == 'b' ? 1 : -1;
      most = std::max(most, now);
    }
    return most;
  }

  std::string Warnings(const Environment& env) const {
    return ReadFile(absl::StrCat(folder_.Path("logs/traj/"), env.name(),
                                 "/errors_and_warnings.txt"))
        .value();
  }
  // Not for ever, as others may be at work meanwhile that do not wait.
  void WaitForWarning(const Environment& env, absl::string_view text) const {
    for (int i = 0; i < 5000 && !absl::StrContains(Warnings(env), text); ++i) {
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

 private:
  void Note(char what) const {
    const int fd = open(folder_.Path("notes").c_str(),
                        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (write(fd, &what, 1) != 1) abort();
    close(fd);
  }
};

INSTANTIATE_TEST_SUITE_P(All, CapTest,
                         Values(Mode{"ForkLock", true, false, WrapMode::kLock},
                                Mode{"ForkQueue", true, false,
                                     WrapMode::kQueue}),
                         NameOf);

TEST_P(CapTest, OneRunAtATimeIsAlwaysAtWork) {
  EnvironmentOptions options = Options();
  options.ncores = 4;
  options.memory_cap = 0.0001;
  auto env = Make(options, 8);
  ASSERT_THAT(env->Run([&](cppet::Run& run) {
    const Noted noted(*this);
    if (run.index() == 0) WaitForWarning(*env, "memory_cap = 0.01 %");
    // Long enough to look many times.
    absl::SleepFor(absl::Milliseconds(run.index() == 1 ? 500 : 5));
  }),
              IsOkAndHolds(SizeIs(8)));
  EXPECT_EQ(MostAtATime(), 1);
  EXPECT_THAT(absl::StrSplit(Warnings(*env), '\n'),
              ElementsAre(HasSubstr("no further run starts now, 1 is at work: "
                                    "memory use "),
                          ""));
}

TEST_P(CapTest, CapsOfOneHoldNothing) {
  auto env = Make(Options(), 2);
  ASSERT_THAT(env->Run([&](cppet::Run& run) {
    const Noted noted(*this);
    Touch(absl::StrCat("run_", run.index()));
    WaitFor(absl::StrCat("run_", 1 - run.index()));
  }),
              IsOkAndHolds(SizeIs(2)));
  EXPECT_EQ(MostAtATime(), 2);
  EXPECT_THAT(Warnings(*env), IsEmpty());
}

TEST_P(CapTest, MeanNothingWithAPool) {
  EnvironmentOptions options = Options();
  options.use_pool = true;
  options.memory_cap = 0.0001;
  auto env = Make(options, 2);
  ASSERT_THAT(env->Run([&](cppet::Run& run) {
    Touch(absl::StrCat("run_", run.index()));
    WaitFor(absl::StrCat("run_", 1 - run.index()));
  }),
              IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(Warnings(*env), IsEmpty());
}

// Processes that keep all cores busy, until they are killed.
class Spinners {
 public:
  Spinners() {
    for (int i = 0; i < 2 * OwnCores().size(); ++i) {
      const pid_t child = fork();
      if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (volatile unsigned turns = 0;; turns = turns + 1) {
        }
      }
      pids_.push_back(child);
    }
  }
  ~Spinners() {
    Kill();
    for (const pid_t pid : pids_) waitpid(pid, nullptr, 0);
  }
  // From any process.
  void Kill() const {
    for (const pid_t pid : pids_) kill(pid, SIGKILL);
  }

 private:
  std::vector<pid_t> pids_;
};

TEST_P(CapTest, NoRunStartsWhileAllCoresAreBusy) {
  constexpr int kLast = 5;  // of the runs before the cores become idle
  EnvironmentOptions options = Options();
  options.ncores = 4;
  options.cpu_cap = 0.9;
  auto env = Make(options, kLast + 3);
  bool never_idle = false;
  {
    const Spinners spinners;
    const auto results =
        env->Run([&](cppet::Run& run) -> absl::StatusOr<std::string> {
          std::optional<Noted> noted;
          if (run.index() <= kLast) noted.emplace(*this);
          if (run.index() == 0) WaitForWarning(*env, "above cpu_cap = 90 %");
          absl::SleepFor(absl::Milliseconds(30));
          if (run.index() > kLast + 1) Touch("overlaps");
          if (run.index() != kLast + 1) return "";
          spinners.Kill();
          SystemLoad load;
          int idle = 0;
          for (int i = 0; i < 300; ++i) {
            if (access(folder_.Path("overlaps").c_str(), F_OK) == 0) {
              return "overlaps";
            }
            absl::SleepFor(absl::Milliseconds(100));
            if (load.Measure().cpu < 0.7) ++idle;
            if (idle > 50) return "overlaps not";
          }
          return "never idle";
        });
    ASSERT_THAT(results, IsOkAndHolds(SizeIs(kLast + 3)));
    for (const auto& [index, value] : *results) {
      if (index != kLast + 1) continue;
      never_idle = value == "never idle";
      EXPECT_THAT(value, AnyOf("overlaps", "never idle"));
    }
  }
  EXPECT_EQ(MostAtATime(), 1);
  if (never_idle) GTEST_SKIP() << "others keep the cores of this machine busy";
}

}  // namespace
}  // namespace cppet
