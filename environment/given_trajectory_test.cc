// Environments of trajectories that are there already: loaded, expanded, merged
// or as new. Each leaves its own settings beside those of earlier ones.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/hdf5/merge/merger.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::SizeIs;

class GivenTrajectoryTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options(const std::string& file = "traj.hdf5") const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.filename = folder_.Path(file);
    options.progress = ProgressMode::kNever;
    options.multiproc = true;
    options.ncores = 2;
    return options;
  }

  static double Half(cppet::Run& run) {
    const double half = run.Get<double>("x").value() / 2;
    run.AddResult("half", half).IgnoreError();
    return half;
  }

  // Explores x, runs all and returns the name of the environment.
  std::string RunNew(const std::string& file, std::vector<double> values) {
    auto env = Environment::Create(Options(file)).value();
    const auto x = env->trajectory().AddParameter("x", 0.0);
    EXPECT_THAT(env->trajectory().Explore(CartesianProduct(x.In(values))),
                IsOk());
    EXPECT_THAT(env->Run(&Half), IsOkAndHolds(SizeIs(values.size())));
    return env->name();
  }

  std::unique_ptr<Trajectory> Load() const {
    return OpenHdf5Storage(folder_.Path("traj.hdf5"))
        .value()
        ->Load("traj", LoadAll())
        .value();
  }

  // Goes on with `trajectory`, of which `left` runs are to be run, and returns
  // the name of the environment.
  std::string GoOn(std::unique_ptr<Trajectory> trajectory, int left) {
    auto env = Environment::Create(std::move(trajectory), Options()).value();
    EXPECT_THAT(env->Run(&Half), IsOkAndHolds(SizeIs(left)));
    return env->name();
  }

  // Expects that all runs have their result, and these environments settings.
  void ExpectComplete(int runs,
                      const std::vector<std::string>& environments) const {
    const auto loaded = Load();
    EXPECT_EQ(loaded->length(), runs);
    EXPECT_TRUE(loaded->completed());
    EXPECT_THAT(loaded->ForEachRun([](const RunView& run) {
      const double x = run.Get<double>("x").value();
      EXPECT_THAT(run.Get<double>("results.runs.$.half"), IsOkAndHolds(x / 2));
      return absl::OkStatus();
    }),
                IsOk());
    for (const std::string& environment : environments) {
      EXPECT_THAT(loaded->Get<double>(absl::StrCat(
                      "config.environment.", environment, ".finish_timestamp")),
                  IsOk());
    }
    EXPECT_THAT(static_cast<const Group*>(
                    loaded->tree().FindExact("config.environment"))
                    ->children(),
                SizeIs(environments.size()));
  }

  const TempDirectory folder_;
};

TEST_F(GivenTrajectoryTest, AnExpandedOneRunsWhatIsNew) {
  const std::string first = RunNew("traj.hdf5", {1, 2});
  auto trajectory = Load();
  ASSERT_THAT(trajectory->Expand(Axis{"x", Linspace(3, 5, 3)}), IsOk());
  const std::string second = GoOn(std::move(trajectory), 3);
  ExpectComplete(5, {first, second});
}

TEST_F(GivenTrajectoryTest, AMergedOneKeepsTheSettingsOfBoth) {
  const std::string first = RunNew("traj.hdf5", {1, 2});
  const std::string other = RunNew("other.hdf5", {3, 4, 5});
  ASSERT_THAT(MergeTrajectories({folder_.Path("traj.hdf5"), "traj"},
                                {{folder_.Path("other.hdf5"), "traj"}}),
              IsOk());
  auto trajectory = Load();
  ASSERT_THAT(trajectory->Expand(Axis{"x", Linspace(6, 7, 2)}), IsOk());
  const std::string second = GoOn(std::move(trajectory), 2);
  ExpectComplete(7, {first, other, second});
}

TEST_F(GivenTrajectoryTest, OneLoadedAsNewIsAnExperimentOfItsOwn) {
  RunNew("traj.hdf5", {1, 2});
  auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5")).value();
  LoadOptions as_new;
  as_new.as_new = true;
  as_new.new_name = "again";
  auto trajectory = storage->Load("traj", as_new).value();
  ASSERT_THAT(storage->Close(), IsOk());
  auto env = Environment::Create(std::move(trajectory), Options()).value();
  EXPECT_THAT(env->Run(&Half), IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(storage->List(),
              IsOkAndHolds(::testing::ElementsAre("again", "traj")));
}

TEST_F(GivenTrajectoryTest, GoesOnWithTheSeedOfTheLastEnvironment) {
  const std::string first = RunNew("traj.hdf5", {1});
  const auto seed_of = [&](const std::string& environment) {
    return Load()
        ->Get<uint64_t>(
            absl::StrCat("config.environment.", environment, ".seed"))
        .value();
  };
  auto trajectory = Load();
  ASSERT_THAT(trajectory->Expand(Axis{"x", Linspace(3, 5, 3)}), IsOk());
  const std::string second = GoOn(std::move(trajectory), 3);
  EXPECT_EQ(seed_of(second), seed_of(first));
}

// The SHA-1 of what names the environment, and its digits in the name.
TEST_F(GivenTrajectoryTest, HashAndNameAreMadeAsThoseOfPypet) {
  EnvironmentOptions options = Options();
  options.pypet_version = "0.7.0";
  auto env = Environment::Create(options).value();
  const auto text = [](double number) { return PythonRepr(Value(number)); };
  EXPECT_EQ(env->hexsha(),
            Sha1Hex(absl::StrCat("traj", text(env->trajectory().timestamp()),
                                 text(env->timestamp()), "0.7.0")));
  EXPECT_EQ(env->name(),
            absl::StrCat("environment_", env->hexsha().substr(0, 7), "_",
                         env->time()));
  // A new trajectory and its environment are made at one time.
  EXPECT_EQ(env->trajectory().timestamp(), env->timestamp());
}

}  // namespace
}  // namespace cppet
