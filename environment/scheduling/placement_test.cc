#include "cppet/environment/scheduling/placement.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// No machine has that many.
constexpr int kNoCore = CPU_SETSIZE - 1;

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

// Whether that holds in a process of its own.
bool InChild(const std::function<bool()>& holds) {
  const pid_t child = fork();
  if (child == 0) _exit(holds() ? 0 : 1);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

class PlacementTest : public ::testing::Test {
 protected:
  std::string Warnings() const {
    return ReadFile(folder_.Path("errors_and_warnings.txt")).value();
  }

  const TempDirectory folder_;
  const std::unique_ptr<RunLog> log_ =
      RunLog::Open({.folder = folder_.path()}).value();
};

TEST_F(PlacementTest, MakesAProcessNicer) {
  const Placer placer({.niceness = 3});
  EXPECT_FALSE(placer.exclusive());
  const int before = nice(0);
  EXPECT_TRUE(InChild([&] {
    placer.Enter(0, *log_);
    return nice(0) == std::min(before + 3, 19);
  }));
  EXPECT_EQ(nice(0), before);
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(PlacementTest, KeepsAProcessOnTheCoreOfItsPlace) {
  const std::vector<int> cores = OwnCores();
  const Placer placer({.cpu_affinity = cores});
  EXPECT_TRUE(placer.exclusive());
  EXPECT_EQ(placer.MostProcesses(100), 100);
  for (int place = 0; place < 2 * cores.size(); ++place) {
    EXPECT_TRUE(InChild([&] {
      placer.Enter(place, *log_);
      return OwnCores() == std::vector<int>{cores[place % cores.size()]};
    }));
  }
  EXPECT_EQ(OwnCores(), cores);
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(PlacementTest, GivesAProcessWhatBelongsToItsPlace) {
  const Placer placer({.resource_slots = {{"CPPET_GPU", {"0", "1", "7"}},
                                          {"CPPET_LICENSE", {"a", "b"}}}});
  EXPECT_TRUE(placer.exclusive());
  EXPECT_EQ(placer.MostProcesses(8), 2);
  EXPECT_EQ(placer.MostProcesses(1), 1);
  EXPECT_TRUE(InChild([&] {
    placer.Enter(1, *log_);
    return std::string(getenv("CPPET_GPU")) == "1" &&
           std::string(getenv("CPPET_LICENSE")) == "b";
  }));
  EXPECT_EQ(getenv("CPPET_GPU"), nullptr);
}

TEST_F(PlacementTest, ChangesNothingIfNothingIsWanted) {
  const Placer placer({});
  EXPECT_FALSE(placer.exclusive());
  EXPECT_EQ(placer.MostProcesses(8), 8);
  const std::vector<int> cores = OwnCores();
  const int niceness = nice(0);
  EXPECT_TRUE(InChild([&] {
    placer.Enter(5, *log_);
    return OwnCores() == cores && nice(0) == niceness;
  }));
}

TEST_F(PlacementTest, SaysOnceWhatTheSystemRefuses) {
  const Placer placer({.niceness = 2, .cpu_affinity = {kNoCore}});
  const int before = nice(0);
  for (int place = 0; place < 3; ++place) {
    EXPECT_TRUE(InChild([&] {
      placer.Enter(place, *log_);
      return nice(0) == std::min(before + 2, 19);
    }));
  }
  EXPECT_THAT(absl::StrSplit(Warnings(), '\n'),
              ElementsAre(AllOf(HasSubstr("core 1023 (cpu_affinity)"),
                                HasSubstr("Invalid argument")),
                          ""));
}

TEST_F(PlacementTest, KnowsTheCoresThatThisProcessMayUse) {
  const std::vector<int> cores = OwnCores();
  EXPECT_THAT(CheckAffinity({}), IsOk());
  EXPECT_THAT(CheckAffinity(cores), IsOk());
  EXPECT_THAT(CheckAffinity({cores[0], kNoCore}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("EnvironmentOptions.cpu_affinity = 1023")));
  EXPECT_EQ(OwnCores(), cores);
  // Also those that it does not use.
  EXPECT_TRUE(InChild([&] {
    const Placer placer({.cpu_affinity = {cores.back()}});
    placer.Enter(0, *log_);
    return CheckAffinity(cores).ok() && OwnCores().size() == 1;
  }));
}

}  // namespace
}  // namespace cppet
