// Which runs an environment starts, when, and where.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
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

}  // namespace
}  // namespace cppet
