// A program that continues whatever it finds is killed again and again: each
// run is called once for each time that it is not completed, and no value is
// lost.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/continuing/snapshot_folder.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_registry.h"
#include "cppet/environment/run_results.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 100;
constexpr int kKills = 15;

// Notes in the file `calls`, which all processes append to, that it was called.
int64_t Square(cppet::Run& run, const std::string& folder) {
  const std::string line = absl::StrCat(run.index(), "\n");
  const int fd =
      open((folder + "/calls").c_str(), O_WRONLY | O_APPEND | O_CREAT, 0666);
  if (write(fd, line.data(), line.size()) != line.size()) std::abort();
  close(fd);
  std::this_thread::sleep_for(std::chrono::milliseconds(run.index() % 4));
  const int i = run.Get<int>("i").value();
  run.AddResult("z", i * i).IgnoreError();
  return i * i;
}
CPPET_REGISTER_RUN_FUNCTION(Square);

// In the program: begins, or continues what is there.
absl::StatusOr<RunResults<int64_t>> BeginOrContinue(const std::string& folder,
                                                    const std::string& mode) {
  auto continued = Environment::Continue<int64_t>("traj", folder + "/continue");
  if (continued.ok()) return std::move(continued->results);
  if (!absl::IsNotFound(continued.status())) return continued.status();
  EnvironmentOptions options;
  options.trajectory = "traj";
  options.add_time = false;
  options.log_level = std::nullopt;
  options.filename = folder + "/traj.hdf5";
  options.progress = ProgressMode::kNever;
  options.durability = Durability::kProcess;
  options.continuable = true;
  options.continue_folder = folder + "/continue";
  options.delete_continue = false;
  options.multiproc = mode != "in process";
  options.use_pool = mode.find("pool") != std::string::npos;
  options.ncores = 3;
  if (options.multiproc) {
    CPPET_ASSIGN_OR_RETURN(options.wrap_mode,
                           ParseWrapMode(mode.substr(0, mode.find(' '))));
  }
  CPPET_ASSIGN_OR_RETURN(auto env, Environment::Create(std::move(options)));
  const auto i = env->trajectory().AddParameter("i", 0);
  CPPET_RETURN_IF_ERROR(
      env->trajectory().Explore(CartesianProduct(i.In(Arange(0, kRuns)))));
  return env->Run(Square, folder);
}

int ProgramMain(const std::string& folder, const std::string& mode) {
  const auto results = BeginOrContinue(folder, mode);
  if (!results.ok()) {
    std::cerr << results.status() << "\n";
    return 1;
  }
  for (const RunFailure& failure : results->failures()) {
    std::cerr << failure.index << ": " << failure.message << "\n";
  }
  if (!results->failures().empty()) return 2;
  std::string lines;
  for (const auto& [index, value] : *results) {
    absl::StrAppend(&lines, index, " ", value, "\n");
  }
  return WriteFile(folder + "/values", lines).ok() ? 0 : 1;
}

class ContinueKillTest : public ::testing::TestWithParam<std::string> {
 protected:
  pid_t StartProgram() {
    const pid_t pid = fork();
    if (pid == 0) {
      execl("/proc/self/exe", "continue_kill_test", "--program",
            folder_.path().c_str(), GetParam().c_str(), nullptr);
      _exit(127);
    }
    return pid;
  }

  static std::vector<pid_t> ChildrenOf(pid_t pid) {
    std::ifstream file(absl::StrCat("/proc/", pid, "/task/", pid, "/children"));
    std::vector<pid_t> children;
    for (pid_t child; file >> child;) children.push_back(child);
    return children;
  }

  // The runs that are completed in the file once no process of a killed
  // program is at it any more.
  std::set<int64_t> Completed() {
    std::set<int64_t> completed;
    const auto lock =
        SnapshotFolder::Open(folder_.path() + "/continue", "traj");
    if (!lock.ok()) return completed;
    const auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5")).value();
    const auto traj = storage->Load("traj");
    if (!traj.ok()) return completed;
    for (int64_t i = 0; i < (*traj)->length(); ++i) {
      if ((*traj)->completed(i)) completed.insert(i);
    }
    return completed;
  }

  // The calls of each run since the last time.
  std::map<int64_t, int> NewCalls() {
    std::map<int64_t, int> calls;
    std::istringstream all(
        ReadFile(folder_.Path("calls")).value_or("").substr(calls_size_));
    for (std::string line; std::getline(all, line);) {
      calls_size_ += line.size() + 1;
      int64_t index = -1;
      EXPECT_TRUE(absl::SimpleAtoi(line, &index)) << line;
      ++calls[index];
    }
    return calls;
  }

  // Until there are that many new ones, or for a few seconds.
  void WaitForCalls(int number) {
    for (int i = 0; i < 5000; ++i) {
      const std::string calls =
          ReadFile(folder_.Path("calls")).value_or("").substr(calls_size_);
      if (std::count(calls.begin(), calls.end(), '\n') >= number) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  const TempDirectory folder_;
  size_t calls_size_ = 0;
};

TEST_P(ContinueKillTest, NoCompletedRunIsCalledAgainAndNoValueIsLost) {
  std::mt19937 random(20261124);
  int kills = 0;
  std::set<int64_t> completed;
  for (int exit_code = -1; exit_code != 0;) {
    const bool last = kills == kKills;
    bool killed_child = false;
    const pid_t program = StartProgram();
    if (!last) {
      WaitForCalls(random() % 5);
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 30));
      // Sometimes one of its processes, and then itself a little later.
      const std::vector<pid_t> children = ChildrenOf(program);
      if (!children.empty() && random() % 2 == 0) {
        killed_child = true;
        kill(children[random() % children.size()], SIGKILL);
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
      }
      kill(program, SIGKILL);
      ++kills;
    }
    int status = 0;
    waitpid(program, &status, 0);
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    // Whatever an earlier kill left is no obstacle.
    if (!killed_child) {
      EXPECT_NE(exit_code, 1);
    }
    if (last) {
      ASSERT_EQ(exit_code, 0);
    }
    const std::set<int64_t> completed_before = completed;
    completed = Completed();
    for (const auto& [index, calls] : NewCalls()) {
      EXPECT_EQ(calls, 1) << "run " << index;
      EXPECT_EQ(completed_before.count(index), 0) << "run " << index;
    }
    EXPECT_TRUE(std::includes(completed.begin(), completed.end(),
                              completed_before.begin(),
                              completed_before.end()));
  }
  EXPECT_EQ(completed.size(), kRuns);
  std::map<int64_t, int64_t> values;
  std::ifstream file(folder_.Path("values"));
  for (int64_t index, value; file >> index >> value;) {
    EXPECT_TRUE(values.emplace(index, value).second);
    EXPECT_EQ(value, index * index);
  }
  EXPECT_EQ(values.size(), kRuns);
}

INSTANTIATE_TEST_SUITE_P(Modes, ContinueKillTest,
                         ::testing::Values("in process", "LOCK", "LOCK pool",
                                           "QUEUE pool", "LOCAL", "NONE pool",
                                           "PIPE"));

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--program") {
    return cppet::ProgramMain(argv[2], argv[3]);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
