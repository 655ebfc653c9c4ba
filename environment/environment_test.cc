#include "cppet/environment/environment.h"

#include <signal.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/trajectory/range.h"
#include "glog/logging.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

class EnvironmentTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.trajectory = "product";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.storage = storage_;
    options.progress = ProgressMode::kNever;
    return options;
  }

  // An environment with 12 runs.
  std::unique_ptr<Environment> Twelve(EnvironmentOptions options) {
    auto env = Environment::Create(std::move(options)).value();
    Trajectory& traj = env->trajectory();
    x_ = traj.AddParameter("x", 1.0, "First factor");
    y_ = traj.AddParameter("y", 1.0, "Second factor");
    EXPECT_THAT(traj.Explore(CartesianProduct(x_->In({1., 2., 3., 4.}),
                                              y_->In({6., 7., 8.}))),
                IsOk());
    return env;
  }
  std::unique_ptr<Environment> Twelve() { return Twelve(Options()); }

  RecordFileContent Stored() { return storage_->Read().value(); }

  const TempDirectory folder_;
  const std::shared_ptr<RecordFileStorage> storage_ =
      std::make_shared<RecordFileStorage>(folder_.Path("records"));
  std::optional<Key<double>> x_;
  std::optional<Key<double>> y_;
};

TEST_F(EnvironmentTest, RefusesPresetsThatWereNeverUsed) {
  auto env = Twelve();
  ASSERT_THAT(env->trajectory().PresetParameter("never", 1.0), IsOk());
  EXPECT_THAT(env->Run([](cppet::Run&) {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("parameters.never")));
  EXPECT_FALSE(env->trajectory().stored());
  EXPECT_FALSE(env->trajectory().completed(0));
}

TEST_F(EnvironmentTest, WithoutAFileTheTrajectoryTakesGroupsAndLinks) {
  EnvironmentOptions options = Options();
  options.storage = nullptr;
  options.use_hdf5 = false;
  auto env = Twelve(options);
  ASSERT_THAT(env->Run([](cppet::Run& run) -> absl::Status {
    CPPET_RETURN_IF_ERROR(run.AddResultGroup("g", "A group"));
    CPPET_RETURN_IF_ERROR(run.AddResult("g.z", run.index()));
    CPPET_RETURN_IF_ERROR(run.Annotate("g", "unit", "V"));
    return run.AddLink("results.short.$", "g.z");
  }),
              IsOk());
  const Trajectory& traj = env->trajectory();
  EXPECT_TRUE(traj.completed());
  EXPECT_THAT(traj.AsRun(7)->Get<int64_t>("short.$"), IsOkAndHolds(7));
  const Node* group = traj.tree().FindExact("results.runs.run_00000007.g");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->comment(), "A group");
  EXPECT_NE(group->Annotation("unit"), nullptr);
}

TEST_F(EnvironmentTest, RunsAllPointsAndStoresWhatTheyAdd) {
  auto env = Twelve();
  const auto results =
      env->Run([x = *x_, y = *y_](cppet::Run& run) -> absl::StatusOr<double> {
        const double z = run[x] * run[y];
        CPPET_RETURN_IF_ERROR(run.AddResult("z", z, "The product"));
        return z;
      });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, SizeIs(12));
  EXPECT_THAT((*results)[5], Pair(5, 16.0));
  EXPECT_THAT(results->failures(), IsEmpty());
  EXPECT_FALSE(results->interrupted());
  const RecordFileContent stored = Stored();
  EXPECT_EQ(stored.trajectory_commits, 2);
  ASSERT_THAT(stored.records, SizeIs(12));
  const RunRecord& record = stored.records.at(5);
  EXPECT_TRUE(record.completed);
  EXPECT_EQ(record.environment_hexsha, env->hexsha().substr(0, 7));
  EXPECT_LE(record.start_timestamp, record.finish_timestamp);
  ASSERT_THAT(record.leaves, SizeIs(1));
  EXPECT_EQ(record.leaves[0].head->name, "results.runs.$.z");
  EXPECT_THAT(record.leaves[0].items, ElementsAre(Pair("z", Value(16.0))));
  EXPECT_TRUE(env->trajectory().completed(11));
}

TEST_F(EnvironmentTest, RunsThatFailDoNotStopTheOthers) {
  auto env = Twelve();
  const auto results = env->Run([](cppet::Run& run) -> absl::Status {
    run.AddResult("z", run.index()).IgnoreError();
    switch (run.index()) {
      case 2:
        throw std::runtime_error("no convergence");
      case 3:
        throw 7;
      case 4:
        return absl::OutOfRangeError("too far");
      case 5:
        run.AddResult("bad name", 1).IgnoreError();
        return absl::OkStatus();
      case 6:
        return run.AddResult("refused", 1);
      default:
        return absl::OkStatus();
    }
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, SizeIs(7));
  ASSERT_THAT(results->failures(), SizeIs(5));
  const auto failed = [](int64_t index, const auto& message) {
    return AllOf(Field(&RunFailure::index, index),
                 Field(&RunFailure::message, message));
  };
  EXPECT_THAT(
      results->failures(),
      ElementsAre(failed(2, "threw std::runtime_error: no convergence"),
                  failed(3, "threw int"), failed(4, HasSubstr("too far")),
                  failed(5, HasSubstr("bad name")),
                  failed(6, HasSubstr("refused"))));
  const RecordFileContent stored = Stored();
  EXPECT_THAT(stored.records, SizeIs(12));
  EXPECT_FALSE(stored.records.at(2).completed);
  EXPECT_EQ(stored.records.at(2).failure,
            "threw std::runtime_error: no convergence");
  EXPECT_THAT(stored.records.at(2).leaves, SizeIs(1));
  EXPECT_THAT(stored.records.at(6).leaves, IsEmpty());
  EXPECT_FALSE(env->trajectory().completed(2));
}

TEST_F(EnvironmentTest, RunsOnlyWhatIsNotCompleted) {
  auto env = Twelve();
  bool works = false;
  const auto function = [&](cppet::Run& run) {
    if (!works && run.index() % 4 == 0) throw std::runtime_error("not now");
  };
  EXPECT_THAT(env->Run(function), IsOkAndHolds(SizeIs(9)));
  works = true;
  EXPECT_THAT(env->Run(function),
              IsOkAndHolds(ElementsAre(Pair(0, _), Pair(4, _), Pair(8, _))));
  const int64_t commits = Stored().run_commits;
  EXPECT_THAT(env->Run(function), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(Stored().run_commits, commits);
}

TEST_F(EnvironmentTest, ReturnsValuesOfManyKinds) {
  const auto first = [](const auto& results) {
    EXPECT_THAT(results, IsOk());
    EXPECT_THAT(*results, SizeIs(1));
    return (*results)[0].second;
  };
  const auto env = [this] { return Environment::Create(Options()).value(); };
  EXPECT_EQ(first(env()->Run([](cppet::Run&) {})), std::monostate());
  EXPECT_EQ(first(env()->Run([](cppet::Run&) { return absl::OkStatus(); })),
            std::monostate());
  EXPECT_EQ(first(env()->Run([](cppet::Run&) { return 1.5; })), 1.5);
  EXPECT_EQ(first(env()->Run([](cppet::Run&) { return "text"; })), "text");
  EXPECT_EQ(first(env()->Run([](cppet::Run&) {
              return absl::StatusOr<std::vector<int>>({1, 2});
            })),
            (std::vector<int>{1, 2}));
  EXPECT_EQ(first(env()->Run([](cppet::Run&) {
              return Value::List<int64_t>({1, 2});
            })),
            Value::List<int64_t>({1, 2}));
  EXPECT_EQ(first(env()->Run(
                [](cppet::Run&, int a, const std::string& b) {
                  return b + std::to_string(a);
                },
                7, "x")),
            "x7");
}

TEST_F(EnvironmentTest, RefusesATrajectoryThatCouldNotBeBuilt) {
  auto env = Twelve();
  env->trajectory().AddParameter("bad name", 1);
  EXPECT_THAT(
      env->Run([](cppet::Run&) {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bad name")));
}

TEST_F(EnvironmentTest, LocksParameters) {
  auto env = Twelve();
  env->trajectory().AddParameter("c", 3);
  const auto is_locked = StatusIs(absl::StatusCode::kFailedPrecondition,
                                  HasSubstr("parameters.c is locked"));
  ASSERT_THAT(env->Run([&](cppet::Run&) {
    EXPECT_THAT(env->trajectory().Set("c", 4), is_locked);
  }),
              IsOk());
  EXPECT_THAT(env->trajectory().Set("c", 4), is_locked);
}

TEST_F(EnvironmentTest, StoresNothingWithoutAFile) {
  EnvironmentOptions options = Options();
  options.storage = nullptr;
  options.use_hdf5 = false;
  EXPECT_THAT(Twelve(options)->Store(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("product cannot be stored: use_hdf5")));
}

TEST_F(EnvironmentTest, RefusesABadNameAndNoTrajectory) {
  EnvironmentOptions options = Options();
  options.trajectory = "a b";
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("EnvironmentOptions.trajectory"),
                             HasSubstr("'a b'"))));
  EXPECT_THAT(
      Environment::Create(nullptr, Options()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no trajectory")));
}

TEST_F(EnvironmentTest, IsNamedAfterItsHash) {
  auto env = Twelve();
  EXPECT_THAT(env->hexsha(), MatchesRegex("[0-9a-f]{40}"));
  EXPECT_EQ(env->name(),
            "environment_" + env->hexsha().substr(0, 7) + "_" + env->time());
  EXPECT_EQ(env->timestamp(), env->trajectory().timestamp());
}

TEST_F(EnvironmentTest, AppendsTheTimeIfWanted) {
  EnvironmentOptions options = Options();
  options.add_time = true;
  auto env = Environment::Create(options).value();
  EXPECT_EQ(env->trajectory().name(), "product_" + env->time());
}

TEST_F(EnvironmentTest, KeepsItsSettingsAsConfig) {
  auto env = Twelve();
  const std::string config = "config.environment." + env->name() + ".";
  const Trajectory& traj = env->trajectory();
  EXPECT_THAT(traj.Get<std::string>(config + "hexsha"),
              IsOkAndHolds(env->hexsha()));
  EXPECT_THAT(traj.Get<bool>(config + "multiproc"), IsOkAndHolds(false));
  EXPECT_THAT(traj.Get<std::string>(config + "trajectory.name"),
              IsOkAndHolds("product"));
  EXPECT_THAT(traj.Get<std::string>(config + "versions.HDF5"),
              IsOkAndHolds(MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+")));
  EXPECT_THAT(traj[config + "finish_timestamp"],
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(env->Run([](cppet::Run&) {}), IsOk());
  EXPECT_THAT(traj.Get<double>(config + "start_timestamp"), IsOk());
  EXPECT_THAT(traj.Get<double>(config + "finish_timestamp"), IsOk());
  EXPECT_THAT(traj.Get<std::string>(config + "runtime"),
              IsOkAndHolds(StartsWith("0:00:0")));
}

TEST_F(EnvironmentTest, KeepsResultsInMemoryIfNothingIsToBeStored) {
  EnvironmentOptions options = Options();
  options.automatic_storing = false;
  auto env = Twelve(options);
  ASSERT_THAT(env->Run([](cppet::Run& run) {
    // Another run's result is not in sight.
    if (run["z"].ok()) return absl::InternalError("z is there");
    return run.AddResult("z", run.index());
  }),
              IsOkAndHolds(SizeIs(12)));
  EXPECT_THAT(env->trajectory().Get<int>("results.runs.run_00000007.z"),
              IsOkAndHolds(7));
  EXPECT_THAT(storage_->Read(), Not(IsOk()));
  EXPECT_THAT(env->Store(), IsOk());
  EXPECT_EQ(Stored().trajectory_commits, 1);
}

TEST_F(EnvironmentTest, StopsWhenTheDiskIsFull) {
  EnvironmentOptions options = Options();
  RecordFileStorageOptions full;
  full.commits_until_full = 0;
  options.storage =
      std::make_shared<RecordFileStorage>(folder_.Path("records"), full);
  EXPECT_THAT(Twelve(options)->Run([](cppet::Run&) {}),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("No space left")));
}

TEST_F(EnvironmentTest, StoresManyFastRunsTogether) {
  auto env = Environment::Create(Options()).value();
  const auto i = env->trajectory().AddParameter("i", 0);
  ASSERT_THAT(
      env->trajectory().Explore(CartesianProduct(i.In(Arange(0, 5000)))),
      IsOk());
  ASSERT_THAT(env->Run([](cppet::Run&) {}), IsOkAndHolds(SizeIs(5000)));
  const RecordFileContent stored = Stored();
  EXPECT_THAT(stored.records, SizeIs(5000));
  EXPECT_LT(stored.run_commits, 500);
  EXPECT_LE(stored.largest_commit, 4000);
}

TEST_F(EnvironmentTest, WritesLogsOnceItRuns) {
  auto env = Twelve();
  EXPECT_THAT(ReadFile(env->log_folder() + "/main.txt"),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(env->Run([](cppet::Run& run) {
    if (run.index() == 3) throw std::runtime_error("no convergence");
  }),
              IsOk());
  EXPECT_EQ(env->log_folder(),
            folder_.Path("logs") + "/product/" + env->name());
  EXPECT_THAT(ReadFile(env->log_folder() + "/main.txt"),
              IsOkAndHolds(AllOf(HasSubstr("run_00000002 finished after"),
                                 HasSubstr("run_00000003 failed: threw"))));
  EXPECT_THAT(ReadFile(env->log_folder() + "/errors_and_warnings.txt"),
              IsOkAndHolds(AllOf(Not(HasSubstr("run_00000002")),
                                 HasSubstr("run_00000003 failed: threw"))));
}

TEST_F(EnvironmentTest, WritesNoLogsWithoutALevel) {
  EnvironmentOptions options = Options();
  options.log_level = std::nullopt;
  auto env = Twelve(options);
  EXPECT_EQ(env->log_folder(), "");
  ASSERT_THAT(env->Run([](cppet::Run&) {}), IsOk());
  EXPECT_THAT(ReadFile(folder_.Path("logs")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(EnvironmentTest, EachProcessHasItsLogWithWhatItPrints) {
  EnvironmentOptions options = Options();
  options.multiproc = true;
  options.wrap_mode = WrapMode::kQueue;
  const auto print = [](cppet::Run& run) {
    printf("printed in %s\n", run.name().c_str());
    std::cerr << "an error in " << run.name() << "\n";
    LOG(WARNING) << "logged in " << run.name();
  };
  auto env = Twelve(options);
  ASSERT_THAT(env->Run(print), IsOkAndHolds(SizeIs(12)));
  EXPECT_THAT(ReadFile(env->log_folder() + "/run_00000002_process_3.txt"),
              IsOkAndHolds(AllOf(HasSubstr("process_3 INFO    run_00000002"),
                                 HasSubstr("printed in run_00000002\n"),
                                 HasSubstr("an error in run_00000002\n"),
                                 HasSubstr("logged in run_00000002\n"))));
  EXPECT_THAT(ReadFile(env->log_folder() + "/queue_process.txt"),
              IsOkAndHolds(HasSubstr("queue INFO    stored")));
  EXPECT_THAT(ReadFile(env->log_folder() + "/main.txt"),
              IsOkAndHolds(AllOf(HasSubstr("run_00000002 finished after"),
                                 Not(HasSubstr("printed")))));

  options.trajectory = "other";
  options.use_pool = true;
  env = Twelve(options);
  ASSERT_THAT(env->Run(print), IsOkAndHolds(SizeIs(12)));
  EXPECT_THAT(ReadFile(env->log_folder() + "/run_ALL_process_1.txt"),
              IsOkAndHolds(AllOf(HasSubstr("printed in run_00000002\n"),
                                 HasSubstr("printed in run_00000003\n"))));
}

TEST_F(EnvironmentTest, ARunThatTakesTooLongFails) {
  EnvironmentOptions options = Options();
  options.multiproc = true;
  options.timeout = 1.5;
  const auto results = Twelve(options)->Run([](cppet::Run& run) {
    if (run.index() == 4) absl::SleepFor(absl::Hours(1));
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(11)));
  ASSERT_THAT(results->failures(), SizeIs(1));
  EXPECT_EQ(results->failures()[0].index, 4);
  EXPECT_EQ(results->failures()[0].message, "ran past its timeout of 1.5 s");
  EXPECT_EQ(Stored().records.at(4).failure, "ran past its timeout of 1.5 s");
}

TEST_F(EnvironmentTest, ATimeoutNeedsProcesses) {
  EnvironmentOptions options = Options();
  options.timeout = 1;
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("timeout"), HasSubstr("multiproc"))));
}

TEST_F(EnvironmentTest, ASecondInterruptEndsTheProgram) {
  const auto interrupt = [](int signals) {
    return [=](cppet::Run& run) {
      if (run.index() != 5) return;
      for (int i = 0; i < signals; ++i) raise(SIGINT);
    };
  };
  EXPECT_EXIT(Twelve()->Run(interrupt(2)).IgnoreError(),
              ::testing::ExitedWithCode(130), HasSubstr("interrupted again"));
  // The file is whole, with what was stored until then.
  EXPECT_LE(Stored().records.size(), 5);
  EXPECT_EQ(Stored().trajectory_commits, 1);
  const auto results = Twelve()->Run(interrupt(1));
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(6)));
  EXPECT_TRUE(results->interrupted());
}

TEST_F(EnvironmentTest, WithoutGracefulExitSignalsDoWhatTheyDid) {
  EnvironmentOptions options = Options();
  options.graceful_exit = false;
  EXPECT_EXIT(
      Twelve(options)->Run([](cppet::Run&) { raise(SIGINT); }).IgnoreError(),
      ::testing::KilledBySignal(SIGINT), "");
}

TEST_F(EnvironmentTest, SaysHowFarItIsOnlyIfWanted) {
  EnvironmentOptions options = Options();
  const auto stderr_of_run = [&] {
    ::testing::internal::CaptureStderr();
    EXPECT_THAT(Twelve(options)->Run([](cppet::Run&) {}), IsOk());
    return ::testing::internal::GetCapturedStderr();
  };
  const auto last = HasSubstr("[====================] 12/12 runs, 100 %");
  options.progress = ProgressMode::kAlways;
  EXPECT_THAT(stderr_of_run(), AllOf(HasSubstr("\r"), last));
  options.progress = ProgressMode::kAuto;
  EXPECT_THAT(stderr_of_run(), AllOf(Not(HasSubstr("\r")), last));
  options.progress = ProgressMode::kNever;
  EXPECT_EQ(stderr_of_run(), "");
}

TEST_F(EnvironmentTest, RefusesAFolderThatIsNotThere) {
  EnvironmentOptions options = Options();
  options.storage = nullptr;
  options.filename = folder_.Path("nowhere/file.hdf5");
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("filename"), HasSubstr("nowhere"))));
  options.filename = "";
  options.log_folder = folder_.Path("file/logs");
  ASSERT_THAT(WriteFile(folder_.Path("file"), ""), IsOk());
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("log_folder"),
                             HasSubstr(folder_.Path("file")))));
}

TEST_F(EnvironmentTest, PutsTheFileIntoAFolder) {
  EnvironmentOptions options = Options();
  options.storage = nullptr;
  options.filename = folder_.path();
  EXPECT_EQ(Environment::Create(options).value()->filename(),
            folder_.Path("product.hdf5"));
  options.filename = folder_.path() + "/";
  EXPECT_EQ(Environment::Create(options).value()->filename(),
            folder_.Path("product.hdf5"));
  options.filename = "";
  EXPECT_EQ(Environment::Create(options).value()->filename(),
            "./hdf5/product.hdf5");
}

}  // namespace
}  // namespace cppet
