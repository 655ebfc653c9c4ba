// Experiments with post-processing that go on where a killed process stopped.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kFirstRuns = 4;
constexpr int kAllRuns = 10;

// Kills the process that `pid` names, which is this one or its parent, if that
// is told at this place, the first time.
void DieHere(const std::string& folder, const std::string& place, pid_t pid) {
  if (ReadFile(absl::StrCat(folder, "/die_at")).value_or("") != place) return;
  fs::remove(absl::StrCat(folder, "/die_at"));
  kill(pid, SIGKILL);
  if (pid != getpid()) pause();  // until this process is ended, too
}

int64_t Square(cppet::Run& run, const std::string& folder, int64_t main) {
  DieHere(folder, run.name(), static_cast<pid_t>(main));
  return run.index() * run.index();
}
CPPET_REGISTER_RUN_FUNCTION(Square);

// Expands by three runs until there are kAllRuns.
absl::StatusOr<Space> Expand(Trajectory& traj,
                             const RunResults<int64_t>& results,
                             const std::string& folder) {
  EXPECT_EQ(results.size(), traj.length());
  DieHere(folder, absl::StrCat("post_", traj.length()), getpid());
  if (fs::exists(folder + "/post_fails")) return absl::AbortedError("told to");
  if (traj.length() >= kAllRuns) {
    CPPET_RETURN_IF_ERROR(traj.AddResult("runs", traj.length()));
    return Space();
  }
  return Space(Axis{"i", Arange(traj.length(), traj.length() + 3)});
}
CPPET_REGISTER_POSTPROCESSING(Expand);

class ContinuePostprocessingTest : public ::testing::TestWithParam<bool> {
 protected:
  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_level = std::nullopt;
    options.filename = folder_.Path("traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.durability = Durability::kProcess;
    options.continuable = true;
    options.continue_folder = folder_.Path("continue");
    options.multiproc = GetParam();
    options.ncores = 2;
    return options;
  }

  absl::StatusOr<RunResults<int64_t>> Run() const {
    auto env = Environment::Create(Options()).value();
    const auto i = env->trajectory().AddParameter("i", int64_t{0});
    CPPET_RETURN_IF_ERROR(env->trajectory().Explore(
        CartesianProduct(i.In(Arange<int64_t>(0, kFirstRuns)))));
    CPPET_RETURN_IF_ERROR(env->AddPostprocessing(&Expand, folder_.path()));
    return env->Run(&Square, folder_.path(), int64_t{getpid()});
  }

  void ExpectContinues() const {
    const auto continued =
        Environment::Continue<int64_t>("traj", folder_.Path("continue"));
    ASSERT_THAT(continued, IsOk());
    EXPECT_THAT(continued->results, SizeIs(kAllRuns));
    for (const auto& [index, value] : continued->results) {
      EXPECT_EQ(value, index * index);
    }
    EXPECT_FALSE(fs::exists(folder_.Path("continue/traj")));
    const auto loaded = OpenHdf5Storage(folder_.Path("traj.hdf5"))
                            .value()
                            ->Load("traj", LoadAll());
    ASSERT_THAT(loaded, IsOk());
    EXPECT_EQ((*loaded)->length(), kAllRuns);
    EXPECT_TRUE((*loaded)->completed());
    EXPECT_THAT((*loaded)->Get<int64_t>("results.runs"),
                IsOkAndHolds(kAllRuns));
  }

  const TempDirectory folder_;
};

INSTANTIATE_TEST_SUITE_P(All, ContinuePostprocessingTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Fork" : "InProcess";
                         });

TEST_P(ContinuePostprocessingTest, GoesOnWhereverItWasKilled) {
  for (const char* place : {"run_00000002", "post_4", "run_00000005", "post_7",
                            "run_00000009", "post_10"}) {
    SCOPED_TRACE(place);
    fs::remove(folder_.Path("traj.hdf5"));
    ASSERT_THAT(WriteFile(folder_.Path("die_at"), place), IsOk());
    const pid_t child = fork();
    if (child == 0) {
      Run().IgnoreError();
      _exit(EXIT_SUCCESS);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(fs::exists(folder_.Path("die_at")));
    ExpectContinues();
  }
}

TEST_P(ContinuePostprocessingTest, GoesOnAfterAnErrorOfPostprocessing) {
  ASSERT_THAT(WriteFile(folder_.Path("post_fails"), ""), IsOk());
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kAborted,
                              HasSubstr("post-processing: told to")));
  fs::remove(folder_.Path("post_fails"));
  ExpectContinues();
}

TEST_P(ContinuePostprocessingTest, MustBeRegistered) {
  auto env = Environment::Create(Options()).value();
  EXPECT_THAT(
      env->AddPostprocessing([](Trajectory&, const RunResults<int64_t>&) {}),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("CPPET_REGISTER_POSTPROCESSING")));
}

}  // namespace
}  // namespace cppet
