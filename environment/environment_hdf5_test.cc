// Environments that store in an HDF5 file.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// Full names, item names and values of all results, in whatever order.
std::string ResultDigest(const Trajectory& traj) {
  std::vector<std::string> digests;
  VisitNodes(traj.root(), [&](const Node& node) {
    if (node.kind() != Node::Kind::kResult) return;
    for (const auto& [name, value] : static_cast<const Result&>(node).items()) {
      digests.push_back(Sha1Hex(absl::StrCat(node.full_name(), "\n", name, "\n",
                                             EncodeValue(value))));
    }
  });
  std::sort(digests.begin(), digests.end());
  return Sha1Hex(absl::StrJoin(digests, "\n"));
}

class EnvironmentHdf5Test : public ::testing::Test {
 protected:
  EnvironmentOptions Options(const std::string& file = "traj.hdf5") {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.filename = folder_.Path(file);
    options.progress = ProgressMode::kNever;
    return options;
  }

  static std::unique_ptr<Environment> Make(EnvironmentOptions options,
                                           int runs) {
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0, "Explored");
    EXPECT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, runs)))),
        IsOk());
    return env;
  }

  absl::StatusOr<std::unique_ptr<Trajectory>> Load(
      const std::string& file = "traj.hdf5") {
    CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                           OpenHdf5Storage(folder_.Path(file)));
    return storage->Load("traj", LoadAll());
  }

  const TempDirectory folder_;
};

absl::Status AddSomeResults(cppet::Run& run) {
  const int i = run.Get<int>("i").value();
  CPPET_RETURN_IF_ERROR(run.AddResult("z", i * 0.5, "A number"));
  if (i % 100 == 3) throw std::runtime_error("no convergence");
  return run.AddResult("group.several",
                       Items{{"text", absl::StrCat("run ", i)},
                             {"array", std::vector<double>(i % 7 + 1, i)}});
}

TEST_F(EnvironmentHdf5Test, AllModesLeaveTheSame) {
  constexpr int kRuns = 100;
  ASSERT_THAT(Make(Options(), kRuns)->Run(AddSomeResults),
              IsOkAndHolds(SizeIs(kRuns - 1)));
  const auto expected = Load();
  ASSERT_THAT(expected, IsOk());
  EXPECT_EQ((*expected)->length(), kRuns);
  EXPECT_TRUE((*expected)->completed(0));
  EXPECT_FALSE((*expected)->completed(3));
  EXPECT_THAT((*expected)->Get<double>("results.runs.run_00000006.z"),
              IsOkAndHolds(3.0));
  for (const bool pool : {false, true}) {
    for (const WrapMode wrap :
         {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal, WrapMode::kNone,
          WrapMode::kPipe}) {
      for (const int ncores : {1, 4}) {
        const std::string file =
            absl::StrCat(pool, WrapModeName(wrap), ncores, ".hdf5");
        SCOPED_TRACE(file);
        EnvironmentOptions options = Options(file);
        options.multiproc = true;
        options.use_pool = pool;
        options.wrap_mode = wrap;
        options.ncores = ncores;
        const auto results = Make(options, kRuns)->Run(AddSomeResults);
        ASSERT_THAT(results, IsOkAndHolds(SizeIs(kRuns - 1)));
        EXPECT_THAT(results->failures(), SizeIs(1));
        const auto loaded = Load(file);
        ASSERT_THAT(loaded, IsOk());
        EXPECT_EQ(ResultDigest(**loaded), ResultDigest(**expected));
      }
    }
  }
}

TEST_F(EnvironmentHdf5Test, ALoadedTrajectoryContinues) {
  const auto fails_often = [](cppet::Run& run) {
    if (run.index() % 3 == 0) throw std::runtime_error("not now");
    return run.AddResult("z", run.index());
  };
  ASSERT_THAT(Make(Options(), 10)->Run(fails_often), IsOkAndHolds(SizeIs(6)));
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  std::vector<int64_t> runs;
  const auto works = [&](cppet::Run& run) {
    runs.push_back(run.index());
    return run.AddResult("z", run.Get<int>("i").value());
  };
  EXPECT_THAT((*env)->Run(works), IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(runs, ElementsAre(0, 3, 6, 9));
  auto complete = Load();
  ASSERT_THAT(complete, IsOk());
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE((*complete)->completed(i)) << i;
    EXPECT_THAT(
        (*complete)->Get<int>(absl::StrCat("results.runs.", RunName(i), ".z")),
        IsOkAndHolds(i));
  }
  // Both environments left their config.
  const Node* environments =
      (*complete)->tree().FindExact("config.environment");
  ASSERT_NE(environments, nullptr);
  EXPECT_THAT(static_cast<const Group*>(environments)->children(), SizeIs(2));
  env = Environment::Create(*std::move(complete), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(works), IsOkAndHolds(IsEmpty()));
}

TEST_F(EnvironmentHdf5Test, ASecondTrajectoryOfTheSameNameIsRefused) {
  ASSERT_THAT(Make(Options(), 2)->Run(AddSomeResults), IsOk());
  EXPECT_THAT(Make(Options(), 2)->Run(AddSomeResults),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       AllOf(HasSubstr(folder_.Path("traj.hdf5")),
                             HasSubstr("a trajectory traj already"))));
}

TEST_F(EnvironmentHdf5Test, OptionsOfTheFileAreChecked) {
  EnvironmentOptions options = Options();
  options.complevel = 17;
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("complevel"), HasSubstr("17"))));
  options = Options();
  options.summary_tables = false;
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("purge_duplicate_comments")));
}

TEST_F(EnvironmentHdf5Test,
       ACommentIsWithTheEarliestRunInWhateverOrderTheyEnd) {
  constexpr int kRuns = 5;
  for (const bool pool : {false, true}) {
    for (const WrapMode wrap : {WrapMode::kLock, WrapMode::kQueue,
                                WrapMode::kPipe, WrapMode::kLocal}) {
      const std::string name =
          absl::StrCat("reverse_", pool, WrapModeName(wrap));
      SCOPED_TRACE(name);
      EnvironmentOptions options = Options(absl::StrCat(name, ".hdf5"));
      options.multiproc = true;
      options.use_pool = pool;
      options.wrap_mode = wrap;
      options.ncores = kRuns;
      const auto stored = [&](int64_t run) {
        return folder_.Path(absl::StrCat(name, run));
      };
      auto env = Make(options, kRuns);
      // The results of a run come to the main process when it is stored.
      const auto results = env->Run([&](cppet::Run& run) {
        while (run.index() + 1 < kRuns &&
               !std::filesystem::exists(stored(run.index() + 1))) {
          absl::SleepFor(absl::Milliseconds(2));
        }
        // For the others to be stored by then, mostly.
        absl::SleepFor(absl::Milliseconds(30));
        absl::Status status =
            run.AddResult("z", run.index(), "The same in all runs");
        status.Update(
            run.AddDerivedParameter("d", run.index(), "The same in all runs"));
        std::ofstream(stored(run.index())) << "computed";
        return status;
      });
      ASSERT_THAT(results, IsOkAndHolds(SizeIs(kRuns)));
      const auto loaded = Load(absl::StrCat(name, ".hdf5"));
      ASSERT_THAT(loaded, IsOk());
      for (int i = 0; i < kRuns; ++i) {
        const std::string comment = i == 0 ? "The same in all runs" : "";
        for (const char* leaf :
             {"results.runs.$.z", "derived_parameters.runs.$.d"}) {
          const std::string full_name = ExpandPlaceholders(leaf, i);
          EXPECT_EQ((*loaded)->tree().FindExact(full_name)->comment(), comment)
              << full_name;
        }
      }
    }
  }
}

TEST_F(EnvironmentHdf5Test, OverviewTablesCanBeSwitchedUntilItIsStored) {
  auto env = Make(Options(), 2);
  ASSERT_THAT(env->SetLargeOverview(true), IsOk());
  ASSERT_THAT(env->SetSmallOverview(false), IsOk());
  ASSERT_THAT(env->SetSummary(false), IsOk());
  ASSERT_THAT(env->Run(AddSomeResults), IsOk());
  const auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  const auto is_on = [&](absl::string_view setting) {
    return (*loaded)->Get<bool>(absl::StrCat("config.hdf5.", setting)).value();
  };
  EXPECT_TRUE(is_on("overview.results_overview"));
  EXPECT_TRUE(is_on("overview.derived_parameters_overview"));
  EXPECT_FALSE(is_on("overview.parameters_overview"));
  EXPECT_FALSE(is_on("overview.config_overview"));
  EXPECT_FALSE(is_on("overview.results_summary"));
  EXPECT_FALSE(is_on("purge_duplicate_comments"));
  // Each run has the comment, as there is nothing that knows of the others.
  EXPECT_EQ(
      (*loaded)->tree().FindExact("results.runs.run_00000001.z")->comment(),
      "A number");
  const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("it is stored"));
  EXPECT_THAT(env->SetLargeOverview(false), refused);
  EXPECT_THAT(env->SetSmallOverview(true), refused);
  EXPECT_THAT(env->SetSummary(true), refused);
}

TEST_F(EnvironmentHdf5Test, AllOverviewTablesCanBeSwitchedOff) {
  EnvironmentOptions options = Options();
  options.large_overview_tables = true;
  auto env = Make(options, 2);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  ASSERT_THAT(env->SwitchOffAllOverview(), IsOk());
#pragma GCC diagnostic pop
  ASSERT_THAT(env->Run(AddSomeResults), IsOk());
  const auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  for (const auto& [name, value] : (*loaded)->Values("config.hdf5.overview")) {
    EXPECT_THAT(value.As<bool>(), IsOkAndHolds(false)) << name;
  }
  options.use_hdf5 = false;
  EXPECT_THAT(
      Make(options, 2)->SetSummary(false),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("HDF5 file")));
}

TEST_F(EnvironmentHdf5Test, TheDeathOfAProcessThatStoresIsSurvived) {
  EnvironmentOptions options = Options();
  options.multiproc = true;
  options.use_pool = true;
  options.ncores = 2;
  auto env = Make(options, 40);
  const auto results = env->Run([](cppet::Run& run) {
    if (run.index() % 8 == 5) raise(SIGKILL);
    return run.AddResult("z", run.index());
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(35)));
  EXPECT_THAT(results->failures(), SizeIs(5));
  const auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_FALSE((*loaded)->completed(5));
  EXPECT_TRUE((*loaded)->run_info(5).started());
  EXPECT_TRUE((*loaded)->completed(6));
  const Node* group = (*loaded)->tree().FindExact("results.runs.run_00000005");
  ASSERT_NE(group, nullptr);
  ASSERT_EQ(group->annotations().count(kFailureAnnotation), 1);
  EXPECT_THAT(group->annotations().at(kFailureAnnotation).As<std::string>(),
              IsOkAndHolds("its process was killed by signal 9 (Killed)"));
}

TEST_F(EnvironmentHdf5Test, AnInterruptedSweepContinues) {
  EnvironmentOptions options = Options();
  options.multiproc = true;
  options.ncores = 2;
  auto env = Make(options, 100);
  const auto interrupted = env->Run([](cppet::Run& run) {
    if (run.index() == 7) kill(getppid(), SIGINT);
    absl::SleepFor(absl::Milliseconds(10));
    return run.AddResult("z", run.index());
  });
  ASSERT_THAT(interrupted, IsOk());
  EXPECT_TRUE(interrupted->interrupted());
  env = Environment::Create(Load().value(), options).value();
  const auto rest =
      env->Run([](cppet::Run& run) { return run.AddResult("z", run.index()); });
  ASSERT_THAT(rest, IsOk());
  EXPECT_EQ(interrupted->size() + rest->size(), 100);
  const auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  for (int i = 0; i < 100; ++i) EXPECT_TRUE((*loaded)->completed(i)) << i;
}

}  // namespace
}  // namespace cppet
