// Environments that go on where an earlier one stopped, in one process.

#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/continuing/environment_snapshot.h"
#include "cppet/environment/continuing/snapshot_folder.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// Appends the run to the file `calls`, and fails while its number is in the
// file `failing`.
absl::StatusOr<std::string> Multiply(cppet::Run& run, const std::string& folder,
                                     int factor) {
  const int i = run.Get<int>("i").value();
  std::string calls = ReadFile(folder + "/calls").value_or("");
  absl::StrAppend(&calls, i, " ");
  CPPET_RETURN_IF_ERROR(WriteFile(folder + "/calls", calls));
  CPPET_RETURN_IF_ERROR(run.AddResult("z", i * factor));
  const std::string failing = ReadFile(folder + "/failing").value_or("");
  if (failing.find(std::to_string(i)) != std::string::npos) {
    return absl::AbortedError("it is told to fail");
  }
  return absl::StrCat(i, "*", factor);
}
CPPET_REGISTER_RUN_FUNCTION(Multiply);

void NoValue(cppet::Run&) {}
CPPET_REGISTER_RUN_FUNCTION(NoValue);

int64_t Interrupted(cppet::Run& run) {
  if (run.index() == 1) raise(SIGINT);
  return run.index();
}
CPPET_REGISTER_RUN_FUNCTION(Interrupted);

int NotRegistered(cppet::Run&) { return 0; }

struct NoCopyToBytes {
  void* pointer = nullptr;
};

class ContinueTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_level = std::nullopt;
    options.filename = folder_.Path("traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.durability = Durability::kProcess;
    options.continuable = true;
    options.continue_folder = continue_folder_;
    return options;
  }

  static std::unique_ptr<Environment> Make(EnvironmentOptions options,
                                           int runs = 4) {
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0, "Explored");
    EXPECT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, runs)))),
        IsOk());
    return env;
  }

  // Runs 4 runs of which 1 and 3 fail.
  void RunHalf(EnvironmentOptions options) {
    ASSERT_THAT(WriteFile(folder_.Path("failing"), "1 3"), IsOk());
    const auto results =
        Make(std::move(options))->Run(Multiply, folder_.path(), 10);
    ASSERT_THAT(results, IsOk());
    EXPECT_THAT(*results,
                UnorderedElementsAre(Pair(0, "0*10"), Pair(2, "2*10")));
    ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
    ASSERT_THAT(WriteFile(folder_.Path("calls"), ""), IsOk());
  }

  absl::StatusOr<Continued<std::string>> Continue() {
    return Environment::Continue<std::string>("traj", continue_folder_);
  }

  absl::StatusOr<std::unique_ptr<Trajectory>> Load() {
    CPPET_ASSIGN_OR_RETURN(const std::unique_ptr<StorageService> storage,
                           OpenHdf5Storage(folder_.Path("traj.hdf5")));
    return storage->Load("traj", LoadAll());
  }

  std::string Calls() { return ReadFile(folder_.Path("calls")).value_or(""); }

  std::string ResultFile(int index) {
    return absl::StrCat(traj_folder_, "/result_0000000", index, ".rcnt");
  }

  // All that is in a folder, with the content of each file.
  static std::map<std::string, std::string> Content(const std::string& folder) {
    std::map<std::string, std::string> content;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      content[entry.path()] = ReadFile(entry.path()).value();
    }
    return content;
  }

  const TempDirectory folder_;
  const std::string continue_folder_ = folder_.Path("continue");
  const std::string traj_folder_ = absl::StrCat(continue_folder_, "/traj");
};

TEST_F(ContinueTest, RunsWhatIsMissingAndReturnsAll) {
  for (const bool multiproc : {false, true}) {
    for (const bool pool : {false, true}) {
      for (const WrapMode wrap :
           {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal,
            WrapMode::kNone, WrapMode::kPipe}) {
        if (!multiproc && (pool || wrap != WrapMode::kLock)) continue;
        SCOPED_TRACE(absl::StrCat(multiproc, pool, WrapModeName(wrap)));
        fs::remove(folder_.Path("traj.hdf5"));
        EnvironmentOptions options = Options();
        options.multiproc = multiproc;
        options.use_pool = pool;
        options.wrap_mode = wrap;
        RunHalf(options);
        EXPECT_TRUE(fs::exists(ResultFile(0)));
        EXPECT_FALSE(fs::exists(ResultFile(1)));
        const auto continued = Continue();
        ASSERT_THAT(continued, IsOk());
        EXPECT_THAT(continued->results,
                    ElementsAre(Pair(0, "0*10"), Pair(2, "2*10"),
                                Pair(1, "1*10"), Pair(3, "3*10")));
        EXPECT_THAT(continued->results.failures(), IsEmpty());
        EXPECT_EQ(Calls(), "1 3 ");
        EXPECT_FALSE(fs::exists(continue_folder_));
        const auto loaded = Load();
        ASSERT_THAT(loaded, IsOk());
        for (int i = 0; i < 4; ++i) {
          EXPECT_TRUE((*loaded)->completed(i));
          EXPECT_THAT(
              (*loaded)->Get<int>(absl::StrCat("results.runs.run_", i, ".z")),
              IsOkAndHolds(10 * i));
        }
      }
    }
  }
}

TEST_F(ContinueTest, ConfigSaysThatItWasContinued) {
  RunHalf(Options());
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  const auto count = [&](absl::string_view name) {
    int count = 0;
    VisitNodes((*loaded)->root(),
               [&](const Node& node) { count += node.name() == name; });
    return count;
  };
  EXPECT_EQ(count("continuable"), 1);
  EXPECT_EQ(count("continued"), 0);
  const auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(count("continuable"), 2);
  EXPECT_EQ(count("continued"), 1);
  EXPECT_THAT(
      (*loaded)->Get<bool>(absl::StrCat(
          "config.environment.", continued->environment->name(), ".continued")),
      IsOkAndHolds(true));
}

TEST_F(ContinueTest, CanBeContinuedAgainAndAgain) {
  RunHalf(Options());
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "3"), IsOk());
  auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(3));
  EXPECT_THAT(continued->results.failures(), SizeIs(1));
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  continued->environment.reset();
  continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
  EXPECT_EQ(Calls(), "1 3 3 ");
  EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kNotFound,
                                   HasSubstr("nothing to continue")));
}

TEST_F(ContinueTest, WhatIsFinishedHasItsResultsAsLongAsItIsKept) {
  EnvironmentOptions options = Options();
  options.delete_continue = false;
  ASSERT_THAT(Make(options)->Run(Multiply, folder_.path(), 2),
              IsOkAndHolds(SizeIs(4)));
  EXPECT_TRUE(fs::exists(ResultFile(3)));
  const std::string calls = Calls();
  const auto before = Content(folder_.path());
  const auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
  EXPECT_EQ(Calls(), calls);
  EXPECT_EQ(Content(folder_.path()), before);
}

TEST_F(ContinueTest, RunOfALoadedTrajectoryGoesOnToo) {
  RunHalf(Options());
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  // With another argument, which holds from now on.
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "3"), IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 7),
              IsOkAndHolds(ElementsAre(Pair(0, "0*10"), Pair(2, "2*10"),
                                       Pair(1, "1*7"))));
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  const auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, ElementsAre(Pair(0, "0*10"), Pair(1, "1*7"),
                                              Pair(2, "2*10"), Pair(3, "3*7")));
}

TEST_F(ContinueTest, ASecondRunGoesOnToo) {
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "1"), IsOk());
  const auto env = Make(Options());
  EXPECT_THAT(env->Run(Multiply, folder_.path(), 1), IsOkAndHolds(SizeIs(3)));
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  EXPECT_THAT(env->Run(Multiply, folder_.path(), 1), IsOkAndHolds(SizeIs(4)));
  EXPECT_EQ(Calls(), "0 1 2 3 1 ");
  EXPECT_FALSE(fs::exists(continue_folder_));
}

TEST_F(ContinueTest,
       RunsThatWereStoredSinceTheTrajectoryWasLoadedAreNotCalled) {
  RunHalf(Options());
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "3"), IsOk());
  ASSERT_THAT(Continue(), IsOk());
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 10),
              IsOkAndHolds(SizeIs(4)));
  EXPECT_EQ(Calls(), "1 3 3 ");
}

TEST_F(ContinueTest, WhatWasInterruptedGoesOn) {
  const auto first = Make(Options())->Run(Interrupted);
  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->interrupted());
  EXPECT_THAT(*first, ElementsAre(Pair(0, 0), Pair(1, 1)));
  const auto continued =
      Environment::Continue<int64_t>("traj", continue_folder_);
  ASSERT_THAT(continued, IsOk());
  EXPECT_FALSE(continued->results.interrupted());
  EXPECT_THAT(continued->results,
              ElementsAre(Pair(0, 0), Pair(1, 1), Pair(2, 2), Pair(3, 3)));
}

TEST_F(ContinueTest, RunsFromBeforeThereWereSnapshotsStayAsTheyAre) {
  EnvironmentOptions options = Options();
  options.continuable = false;
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "1 2 3"), IsOk());
  ASSERT_THAT(Make(options)->Run(Multiply, folder_.path(), 1), IsOk());
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "1 2"), IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 1),
              IsOkAndHolds(ElementsAre(Pair(3, "3*1"))));
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  ASSERT_THAT(WriteFile(folder_.Path("calls"), ""), IsOk());
  const auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results,
              ElementsAre(Pair(3, "3*1"), Pair(1, "1*1"), Pair(2, "2*1")));
  EXPECT_EQ(Calls(), "1 2 ");
}

TEST_F(ContinueTest, WorksFromAnotherFolder) {
  const fs::path here = fs::current_path();
  fs::create_directory(folder_.Path("there"));
  fs::create_directory(folder_.Path("elsewhere"));
  fs::current_path(folder_.Path("there"));
  EnvironmentOptions options = Options();
  options.filename = "";
  options.continue_folder = "./continue";
  options.log_level = 0;
  RunHalf(options);
  fs::current_path(folder_.Path("elsewhere"));
  const auto continued =
      Environment::Continue<std::string>("traj", "../there/continue");
  fs::current_path(here);
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
  EXPECT_TRUE(fs::is_empty(folder_.Path("elsewhere")));
  EXPECT_FALSE(fs::exists(folder_.Path("there/continue")));
  EXPECT_TRUE(fs::exists(folder_.Path("there/hdf5/traj.hdf5")));
}

TEST_F(ContinueTest, NeedsARegisteredFunction) {
  const auto says_how = StatusIs(absl::StatusCode::kFailedPrecondition,
                                 HasSubstr("CPPET_REGISTER_RUN_FUNCTION"));
  EXPECT_THAT(Make(Options())->Run(NotRegistered), says_how);
  EXPECT_THAT(Make(Options())->Run([](cppet::Run&) { return 1; }), says_how);
  EXPECT_THAT(Make(Options())->Run([](cppet::Run&, const NoCopyToBytes&) {},
                                   NoCopyToBytes()),
              says_how);
  EXPECT_TRUE(fs::is_empty(folder_.path()));
  // Without continuable all of them may be run.
  EnvironmentOptions options = Options();
  options.continuable = false;
  EXPECT_THAT(Make(options)->Run([](cppet::Run&, const NoCopyToBytes&) {},
                                 NoCopyToBytes()),
              IsOk());
}

TEST_F(ContinueTest, ANewSweepLeavesSnapshotsAlone) {
  RunHalf(Options());
  const auto before = Content(folder_.path());
  EnvironmentOptions options = Options();
  options.filename = folder_.Path("new.hdf5");
  EXPECT_THAT(Make(options)->Run(Multiply, folder_.path(), 1),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       AllOf(HasSubstr(traj_folder_), HasSubstr("Continue"),
                             HasSubstr("delete the folder"))));
  EXPECT_EQ(Content(folder_.path()), before);
}

TEST_F(ContinueTest, AKillBeforeTheFirstCommitLeavesNothingInTheWay) {
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "0 1 2 3"), IsOk());
  const auto leave_environment_only = [&] {
    ASSERT_THAT(Make(Options())->Run(Multiply, folder_.path(), 1), IsOk());
    ASSERT_TRUE(fs::exists(traj_folder_ + "/environment.ecnt"));
    fs::remove(folder_.Path("traj.hdf5"));
    EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kNotFound,
                                     HasSubstr("before it stored anything")));
  };
  // For a new trajectory, and for an older one of the same name.
  leave_environment_only();
  EXPECT_THAT(Make(Options())->Run(Multiply, folder_.path(), 1), IsOk());
  fs::rename(folder_.Path("traj.hdf5"), folder_.Path("old.hdf5"));
  fs::remove_all(traj_folder_);
  leave_environment_only();
  fs::rename(folder_.Path("old.hdf5"), folder_.Path("traj.hdf5"));
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  ASSERT_THAT(WriteFile(folder_.Path("failing"), ""), IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 1),
              IsOkAndHolds(SizeIs(4)));
}

TEST_F(ContinueTest, ANameThatIsTakenInTheFileLeavesNoSnapshots) {
  EnvironmentOptions options = Options();
  options.continuable = false;
  ASSERT_THAT(Make(options)->Run(NotRegistered), IsOk());
  EXPECT_THAT(
      Make(Options())->Run(Multiply, folder_.path(), 1),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("traj.hdf5")));
  EXPECT_FALSE(fs::exists(continue_folder_));
}

TEST_F(ContinueTest, AStartedTrajectoryWithoutResultsIsNotReplaced) {
  ASSERT_THAT(WriteFile(folder_.Path("failing"), "0 1 2 3"), IsOk());
  ASSERT_THAT(Make(Options())->Run(Multiply, folder_.path(), 1),
              IsOkAndHolds(SizeIs(0)));
  EnvironmentOptions options = Options();
  options.filename = folder_.Path("new.hdf5");
  EXPECT_THAT(Make(options)->Run(Multiply, folder_.path(), 1),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ContinueTest, ACompletedRunWithoutItsValueIsReportedAndNotRunAgain) {
  RunHalf(Options());
  const std::string whole = ReadFile(ResultFile(2)).value();
  const auto is_lost = [&](const char* why) {
    return StatusIs(absl::StatusCode::kDataLoss,
                    AllOf(HasSubstr("run_00000002"), HasSubstr(ResultFile(2)),
                          HasSubstr("Environment::Create"), HasSubstr(why)));
  };
  const auto expect_lost = [&](const char* why) {
    const auto before = Content(folder_.path());
    EXPECT_THAT(Continue(), is_lost(why));
    EXPECT_EQ(Content(folder_.path()), before);
  };
  fs::remove(ResultFile(2));
  expect_lost("No such file");
  ASSERT_THAT(WriteFile(ResultFile(2), ""), IsOk());
  expect_lost("does not begin");
  ASSERT_THAT(WriteFile(ResultFile(2), whole.substr(0, whole.size() - 1)),
              IsOk());
  expect_lost("cut off");
  ASSERT_THAT(WriteFile(ResultFile(2), whole + "x"), IsOk());
  expect_lost("too long");
  fs::remove(ResultFile(2));
  fs::copy_file(ResultFile(0), ResultFile(2));
  expect_lost("of run 0");
  // The way that the message tells.
  fs::remove_all(traj_folder_);
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 10),
              IsOkAndHolds(ElementsAre(Pair(1, _), Pair(3, _))));
}

TEST_F(ContinueTest, AValueOfARunThatIsNotCompletedIsStale) {
  RunHalf(Options());
  ASSERT_THAT(WriteFile(ResultFile(1), "of a process that was killed"), IsOk());
  const auto continued = Continue();
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
}

TEST_F(ContinueTest, ADamagedEnvironmentIsReported) {
  RunHalf(Options());
  const std::string path = traj_folder_ + "/environment.ecnt";
  const std::string whole = ReadFile(path).value();
  std::vector<std::string> damaged = {"", whole + "x", "text"};
  for (size_t size = 1; size < whole.size(); size += whole.size() / 7) {
    damaged.push_back(whole.substr(0, size));
    damaged.push_back(whole);
    damaged.back()[size] ^= 1;
  }
  for (const std::string& content : damaged) {
    ASSERT_THAT(WriteFile(path, content), IsOk());
    EXPECT_THAT(Continue(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
  }
  fs::remove(path);
  EXPECT_THAT(Continue(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(path)));
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 10),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
  EXPECT_EQ(Calls(), "");
}

TEST_F(ContinueTest, OtherTypesAndFunctionsAreRefused) {
  RunHalf(Options());
  EXPECT_THAT(
      Environment::Continue<double>("traj", continue_folder_),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("Continue<double>"), HasSubstr("Multiply"))));
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(NoValue),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("Multiply"), HasSubstr("NoValue"))));

  auto folder = SnapshotFolder::Open(continue_folder_, "traj").value();
  const EnvironmentSnapshot snapshot = folder->ReadEnvironment().value();
  EnvironmentSnapshot other = snapshot;
  other.function.name = "Forgotten";
  ASSERT_THAT(folder->WriteEnvironment(other), IsOk());
  EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                   HasSubstr("Forgotten")));
  other = snapshot;
  other.function.signature = "int (cppet::Run&)";
  ASSERT_THAT(folder->WriteEnvironment(other), IsOk());
  EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                   AllOf(HasSubstr("Multiply"),
                                         HasSubstr("int (cppet::Run&)"))));
  other = snapshot;
  other.function.arguments.pop_back();
  ASSERT_THAT(folder->WriteEnvironment(other), IsOk());
  EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kDataLoss,
                                   AllOf(HasSubstr("environment.ecnt"),
                                         HasSubstr("arguments"))));
  EXPECT_EQ(Calls(), "");
}

TEST_F(ContinueTest, ForeignSnapshotsAreRefused) {
  RunHalf(Options());
  EXPECT_THAT(
      Environment::Continue<std::string>("../traj", continue_folder_),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'../traj'")));
  // Another trajectory of that name takes the place in the file.
  fs::rename(folder_.Path("traj.hdf5"), folder_.Path("old.hdf5"));
  EXPECT_THAT(Continue(), StatusIs(absl::StatusCode::kNotFound,
                                   AllOf(HasSubstr("traj.hdf5"),
                                         HasSubstr("were stored there"))));
  EnvironmentOptions options = Options();
  options.continuable = false;
  ASSERT_THAT(Make(options)->Run(NotRegistered), IsOk());
  const auto is_foreign = StatusIs(absl::StatusCode::kFailedPrecondition,
                                   HasSubstr("do not belong"));
  EXPECT_THAT(Continue(), is_foreign);
  auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  auto env = Environment::Create(*std::move(loaded), Options());
  ASSERT_THAT(env, IsOk());
  EXPECT_THAT((*env)->Run(Multiply, folder_.path(), 10), is_foreign);
  EXPECT_EQ(Calls(), "");
}

TEST_F(ContinueTest, ASnapshotThatCannotBeWrittenStopsTheSweep) {
  for (const WrapMode wrap :
       {WrapMode::kLock, WrapMode::kQueue, WrapMode::kLocal, WrapMode::kPipe}) {
    for (const bool multiproc : {false, true}) {
      SCOPED_TRACE(absl::StrCat(WrapModeName(wrap), multiproc));
      fs::remove(folder_.Path("traj.hdf5"));
      fs::remove_all(continue_folder_);
      fs::create_directories(traj_folder_);
      // In its place, where it cannot be written.
      fs::create_symlink("/dev/full", ResultFile(2) + kTemporaryFileSuffix);
      EnvironmentOptions options = Options();
      options.multiproc = multiproc;
      options.wrap_mode = wrap;
      EXPECT_THAT(
          Make(options)->Run(Multiply, folder_.path(), 10),
          StatusIs(absl::StatusCode::kResourceExhausted,
                   AllOf(HasSubstr("run_00000002"), HasSubstr(ResultFile(2)),
                         HasSubstr("No space left"))));
      const auto loaded = Load();
      ASSERT_THAT(loaded, IsOk());
      EXPECT_TRUE((*loaded)->completed(0));
      EXPECT_TRUE((*loaded)->completed(1));
      EXPECT_FALSE((*loaded)->completed(2));
      EXPECT_FALSE((*loaded)->completed(3));
      const auto continued = Continue();
      ASSERT_THAT(continued, IsOk());
      EXPECT_THAT(continued->results, SizeIs(4));
    }
  }
}

TEST_F(ContinueTest, AFunctionWithoutValuesIsContinuedToo) {
  EnvironmentOptions options = Options();
  options.delete_continue = false;
  ASSERT_THAT(Make(options)->Run(NoValue), IsOk());
  const auto continued =
      Environment::Continue<std::monostate>("traj", continue_folder_);
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
}

TEST_F(ContinueTest, SnapshotsSurviveLossOfPowerToo) {
  EnvironmentOptions options = Options();
  options.durability = Durability::kPower;
  RunHalf(options);
  EXPECT_THAT(Continue(), IsOk());
}

}  // namespace
}  // namespace cppet
