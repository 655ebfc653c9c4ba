// What holds for post-processing however the runs are run and stored.

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

struct Mode {
  const char* name;
  bool multiproc = true;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLock;
  bool immediate = false;
};

class PostprocessingTest : public ::testing::TestWithParam<Mode> {
 protected:
  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.filename = folder_.Path("traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.multiproc = GetParam().multiproc;
    options.ncores = 2;
    options.use_pool = GetParam().use_pool;
    options.wrap_mode = GetParam().wrap_mode;
    options.immediate_postproc = GetParam().immediate;
    return options;
  }

  // With an int i that is explored for 0, 1, ... runs-1.
  static std::unique_ptr<Environment> Make(EnvironmentOptions options,
                                           int runs) {
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0);
    EXPECT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, runs)))),
        IsOk());
    return env;
  }

  std::unique_ptr<Trajectory> Load() const {
    return OpenHdf5Storage(folder_.Path("traj.hdf5"))
        .value()
        ->Load("traj", LoadAll())
        .value();
  }

  const TempDirectory folder_;
};

INSTANTIATE_TEST_SUITE_P(
    All, PostprocessingTest,
    ::testing::Values(Mode{"InProcess", false}, Mode{"ForkLock"},
                      Mode{"ForkQueue", true, false, WrapMode::kQueue},
                      Mode{"ForkLocal", true, false, WrapMode::kLocal},
                      Mode{"ForkPipe", true, false, WrapMode::kPipe},
                      Mode{"PoolLock", true, true},
                      Mode{"PoolQueue", true, true, WrapMode::kQueue},
                      Mode{"ImmediateLock", true, false, WrapMode::kLock, true},
                      Mode{"ImmediateLocal", true, false, WrapMode::kLocal,
                           true}),
    [](const auto& info) { return info.param.name; });

absl::StatusOr<int> Square(cppet::Run& run) {
  const int i = run.Get<int>("i").value();
  CPPET_RETURN_IF_ERROR(run.AddResult("z", i * i, "The square"));
  return i * i;
}

CPPET_REGISTER_RUN_FUNCTION(Square);

Space Points(int from, int to) { return Axis{"i", Arange(from, to)}; }

// All that ran and what it returned, in order.
std::vector<int> Sorted(const RunResults<int>& results) {
  std::vector<int> values;
  for (const auto& [index, value] : results) {
    EXPECT_EQ(value, index * index);
    values.push_back(value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST_P(PostprocessingTest, ExpandsUntilItReturnsNoPoints) {
  auto env = Make(Options(), 4);
  int calls = 0;
  ASSERT_THAT(env->AddPostprocessing(
                  [&](Trajectory& traj, const RunResults<int>&) -> Space {
                    ++calls;
                    const int length = static_cast<int>(traj.length());
                    return length < 13 ? Points(length, length + 3) : Space();
                  }),
              IsOk());
  const auto results = env->Run(Square);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(13)));
  // Immediate post-processing is called once more at the end.
  EXPECT_EQ(calls, GetParam().immediate ? 5 : 4);
  EXPECT_THAT(Sorted(*results),
              ElementsAre(0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144));
  const auto loaded = Load();
  ASSERT_EQ(loaded->length(), 13);
  EXPECT_TRUE(loaded->completed());
  for (int i = 0; i < 13; ++i) {
    EXPECT_THAT(loaded->AsRun(i)->Get<int>("i"), IsOkAndHolds(i));
    EXPECT_THAT(loaded->AsRun(i)->Get<int>("results.runs.$.z"),
                IsOkAndHolds(i * i));
  }
  EXPECT_THAT(loaded->Get<bool>(absl::StrCat("environment.", env->name(),
                                             ".postproc_expand")),
              IsOkAndHolds(true));
}

TEST_P(PostprocessingTest, MayExpandTheTrajectoryByItself) {
  auto env = Make(Options(), 2);
  ASSERT_THAT(
      env->AddPostprocessing([](Trajectory& traj, const RunResults<int>&) {
        if (traj.length() < 6) traj.Expand(Points(2, 6)).IgnoreError();
      }),
      IsOk());
  EXPECT_THAT(env->Run(Square), IsOkAndHolds(SizeIs(6)));
  EXPECT_TRUE(Load()->completed());
}

TEST_P(PostprocessingTest, GetsTheResultsOfAllRunsAndItsArguments) {
  auto env = Make(Options(), 3);
  std::vector<int> last;
  ASSERT_THAT(env->AddPostprocessing(
                  [&](Trajectory& traj, const RunResults<int>& results,
                      const std::string& name, int first,
                      int end) -> absl::StatusOr<std::optional<Space>> {
                    EXPECT_EQ(name, traj.name());
                    last = Sorted(results);
                    if (traj.length() >= end) return std::nullopt;
                    return Points(first, end);
                  },
                  "traj", 3, 5),
              IsOk());
  ASSERT_THAT(env->Run(Square), IsOk());
  EXPECT_THAT(last, ElementsAre(0, 1, 4, 9, 16));
}

TEST_P(PostprocessingTest, WhatItAddsIsStored) {
  auto env = Make(Options(), 3);
  ASSERT_THAT(
      env->AddPostprocessing(
          [](Trajectory& traj, const RunResults<int>& results) -> absl::Status {
            if (results.size() < 3)
              return absl::OkStatus();  // called immediately
            int sum = 0;
            for (const auto& [index, value] : results) sum += value;
            return traj.AddResult("sum", sum, "Of all squares");
          }),
      IsOk());
  ASSERT_THAT(env->Run(Square), IsOk());
  EXPECT_THAT(Load()->Get<int>("results.sum"), IsOkAndHolds(5));
}

TEST_P(PostprocessingTest, ReadsWhatRunsStored) {
  auto env = Make(Options(), 3);
  int sum = 0;
  ASSERT_THAT(
      env->AddPostprocessing(
          [&](Trajectory& traj,
              const RunResults<int>& results) -> absl::Status {
            if (results.size() < 3) return absl::OkStatus();
            CPPET_RETURN_IF_ERROR(env->storage()->LoadSkeleton(traj));
            const std::string names[] = {"results"};
            LoadItemsOptions all;
            all.recursive = true;
            CPPET_RETURN_IF_ERROR(env->storage()->LoadItems(traj, names, all));
            for (int i = 0; i < 3; ++i) {
              sum += traj.AsRun(i)->Get<int>("results.runs.$.z").value();
            }
            return absl::OkStatus();
          }),
      IsOk());
  ASSERT_THAT(env->Run(Square), IsOk());
  EXPECT_EQ(sum, 5);
}

TEST_P(PostprocessingTest, ItsErrorIsThatOfRunAndAllIsStored) {
  struct Case {
    std::function<absl::StatusOr<Space>(Trajectory&)> function;
    absl::StatusCode code;
    const char* message;
    // It leaves no error in the trajectory, which can be stored.
    bool finishes = true;
  };
  const std::vector<Case> cases = {
      {[](Trajectory&) -> Space { throw std::out_of_range("too far"); },
       absl::StatusCode::kUnknown, "threw std::out_of_range: too far"},
      {[](Trajectory&) { return absl::NotFoundError("no maximum"); },
       absl::StatusCode::kNotFound, "no maximum"},
      {[](Trajectory&) -> Space {
         return Axis{"i", Linspace(0, 1, 3)};
       },
       absl::StatusCode::kInvalidArgument, "parameters.i", false},
      {[](Trajectory&) -> Space {
         return Axis{"k", Arange(0, 3)};
       },
       absl::StatusCode::kNotFound, "k", false},
      {[](Trajectory& traj) -> Space {
         traj.AddResult("bad name", 1).IgnoreError();
         return {};
       },
       absl::StatusCode::kInvalidArgument, "bad name", false},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(cases[i].message);
    EnvironmentOptions options = Options();
    options.trajectory = absl::StrCat("traj", i);
    auto env = Make(options, 3);
    ASSERT_THAT(
        env->AddPostprocessing([&](Trajectory& traj, const RunResults<int>&) {
          return cases[i].function(traj);
        }),
        IsOk());
    EXPECT_THAT(env->Run(Square),
                StatusIs(cases[i].code, AllOf(HasSubstr("post-processing"),
                                              HasSubstr(cases[i].message))));
    auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5")).value();
    const auto loaded = storage->Load(options.trajectory);
    ASSERT_THAT(loaded, IsOk());
    EXPECT_TRUE((*loaded)->completed());
    EXPECT_EQ((*loaded)->length(), 3);
    EXPECT_EQ((*loaded)->Contains(absl::StrCat(
                  "config.environment.", env->name(), ".finish_timestamp")),
              cases[i].finishes);
  }
}

TEST_P(PostprocessingTest, RunsThatFailedAreNotRunAgainInItsRounds) {
  auto env = Make(Options(), 4);
  size_t failures = 0;
  ASSERT_THAT(env->AddPostprocessing(
                  [&](Trajectory& traj, const RunResults<int>& results) {
                    failures = results.failures().size();
                    return traj.length() < 6 ? Points(4, 6) : Space();
                  }),
              IsOk());
  const std::string calls = folder_.Path("calls");
  const auto results = env->Run([&](cppet::Run& run) -> absl::StatusOr<int> {
    std::ofstream(calls, std::ios::app) << run.index();
    if (run.index() == 1) throw std::runtime_error("never");
    return Square(run);
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(5)));
  EXPECT_THAT(results->failures(), SizeIs(1));
  EXPECT_EQ(failures, 1);
  std::string called = ReadFile(calls).value();
  std::sort(called.begin(), called.end());
  EXPECT_EQ(called, "012345");
}

TEST_P(PostprocessingTest, MustTakeWhatTheRunsReturn) {
  auto env = Make(Options(), 2);
  ASSERT_THAT(
      env->AddPostprocessing([](Trajectory&, const RunResults<double>&) {}),
      IsOk());
  EXPECT_THAT(env->Run(Square), StatusIs(absl::StatusCode::kInvalidArgument,
                                         AllOf(HasSubstr("RunResults<double>"),
                                               HasSubstr("RunResults<int>"))));
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("traj.hdf5")));
  // With auto for a parameter, its type is given.
  ASSERT_THAT(env->AddPostprocessing<int>([](auto&, const auto& results) {
    EXPECT_THAT(results, SizeIs(::testing::Le(2)));
  }),
              IsOk());
  EXPECT_THAT(env->Run(Square), IsOkAndHolds(SizeIs(2)));
}

TEST_P(PostprocessingTest, IsNotCalledWhenTheRunsWereInterrupted) {
  if (GetParam().immediate) GTEST_SKIP() << "it is called before";
  auto env = Make(Options(), 4);
  ASSERT_THAT(env->AddPostprocessing([](Trajectory&, const RunResults<int>&) {
    ADD_FAILURE() << "called";
  }),
              IsOk());
  const pid_t self = getpid();
  const auto results = env->Run([self](cppet::Run& run) {
    if (run.index() == 1) kill(self, SIGINT);
    return Square(run);
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_TRUE(results->interrupted());
}

TEST_P(PostprocessingTest, WhatWasLoadedOfRunsLeavesMemoryWhenItExpands) {
  for (const bool clean_up : {true, false}) {
    SCOPED_TRACE(clean_up);
    EnvironmentOptions options = Options();
    options.trajectory = clean_up ? "clean" : "unclean";
    options.clean_up_runs = clean_up;
    auto env = Make(options, 2);
    Trajectory& traj = env->trajectory();
    ASSERT_THAT(env->AddPostprocessing([](Trajectory& traj,
                                          const RunResults<int>& results) {
      if (results.size() < 2 || traj.length() > 2) {
        return Space();
      }
      // Also what is new, and not stored yet.
      traj.AddValue("results.runs.run_00000000.more", 1).IgnoreError();
      traj.AddValue("results.runs.run_ALL.all", 1).IgnoreError();
      return Points(2, 3);
    }),
                IsOk());
    ASSERT_THAT(env->Run(Square), IsOkAndHolds(SizeIs(3)));
    EXPECT_EQ(
        traj.tree().FindExact("results.runs.run_00000000.more") != nullptr,
        !clean_up);
    EXPECT_NE(traj.tree().FindExact("results.runs.run_ALL.all"), nullptr);
    auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5")).value();
    const auto loaded = storage->Load(options.trajectory, LoadAll());
    ASSERT_THAT(loaded, IsOk());
    EXPECT_THAT((*loaded)->Get<int>("results.runs.run_00000000.more"),
                IsOkAndHolds(1));
  }
}

TEST_P(PostprocessingTest, StartsWhileTheLastRunsAreAtWorkIfImmediate) {
  if (!GetParam().immediate) GTEST_SKIP() << "not immediate";
  auto env = Make(Options(), 4);
  const std::string called = folder_.Path("called");
  std::vector<size_t> sizes;
  ASSERT_THAT(env->AddPostprocessing(
                  [&](Trajectory& traj, const RunResults<int>& results) {
                    sizes.push_back(results.size());
                    std::ofstream(called) << "now";
                    return traj.length() < 6 ? Points(4, 6) : Space();
                  }),
              IsOk());
  const auto results = env->Run([&](cppet::Run& run) -> absl::StatusOr<int> {
    for (int i = 0; run.index() == 3 && !std::filesystem::exists(called); ++i) {
      if (i > 6000) return absl::DeadlineExceededError("not called");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return Square(run);
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(6)));
  ASSERT_THAT(sizes, SizeIs(3));
  EXPECT_LT(sizes[0], 4);
  EXPECT_LT(sizes[1], 6);
  EXPECT_EQ(sizes[2], 6);
}

TEST_P(PostprocessingTest, AnEnvironmentRunsAgainAfterAnExpansion) {
  auto env = Make(Options(), 3);
  ASSERT_THAT(env->Run(Square), IsOkAndHolds(SizeIs(3)));
  const std::string config = absl::StrCat("config.environment.", env->name());
  const double first =
      Load()->Get<double>(config + ".finish_timestamp").value();
  ASSERT_THAT(env->trajectory().Expand(Points(3, 5)), IsOk());
  const auto more = env->Run(Square);
  ASSERT_THAT(more, IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(Sorted(*more), ElementsAre(9, 16));
  const auto loaded = Load();
  EXPECT_EQ(loaded->length(), 5);
  EXPECT_TRUE(loaded->completed());
  EXPECT_GT(loaded->Get<double>(config + ".finish_timestamp").value(), first);
  const Node* environments = loaded->tree().FindExact("config.environment");
  ASSERT_NE(environments, nullptr);
  EXPECT_THAT(static_cast<const Group*>(environments)->children(), SizeIs(1));
  // Nothing is left to run; post-processing is called all the same.
  int calls = 0;
  ASSERT_THAT(env->AddPostprocessing(
                  [&](Trajectory&, const RunResults<int>&) { ++calls; }),
              IsOk());
  EXPECT_THAT(env->Run(Square), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(calls, 1);
}

TEST_P(PostprocessingTest, AContinuableEnvironmentRunsAgainAfterAnExpansion) {
  if (GetParam().immediate) GTEST_SKIP() << "no difference";
  EnvironmentOptions options = Options();
  options.continuable = true;
  options.continue_folder = folder_.Path("continue");
  auto env = Make(options, 3);
  ASSERT_THAT(env->Run(&Square), IsOkAndHolds(SizeIs(3)));
  ASSERT_THAT(env->trajectory().Expand(Points(3, 5)), IsOk());
  ASSERT_THAT(env->Run(&Square), IsOkAndHolds(SizeIs(2)));
  EXPECT_TRUE(Load()->completed());
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("continue/traj")));
}

}  // namespace
}  // namespace cppet
