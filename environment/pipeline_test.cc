#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class PipelineTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.filename = folder_.Path("traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.multiproc = true;
    options.ncores = 2;
    return options;
  }
  std::unique_ptr<Environment> Make() const {
    return Environment::Create(Options()).value();
  }
  absl::StatusOr<std::unique_ptr<Trajectory>> Load() const {
    CPPET_ASSIGN_OR_RETURN(const auto storage,
                           OpenHdf5Storage(folder_.Path("traj.hdf5")));
    return storage->Load("traj", LoadAll());
  }

  const TempDirectory folder_;
};

// Preprocessing.
absl::Status ExploreX(Trajectory& traj) {
  const auto x = traj.AddParameter("x", 1.0, "Explored");
  return traj.Explore(CartesianProduct(x.In({1., 2., 3.})));
}

double Twice(cppet::Run& run) { return 2 * run.Get<double>("x").value(); }

double Times(cppet::Run& run, double factor, double summand) {
  return factor * run.Get<double>("x").value() + summand;
}

absl::Status StoreSum(Trajectory& traj, const RunResults<double>& results) {
  double sum = 0;
  for (const auto& [index, value] : results) sum += value;
  return traj.AddResult("sum", sum, "Of all runs");
}

absl::StatusOr<Space> ExpandTo(Trajectory& traj,
                               const RunResults<double>& results, int runs) {
  EXPECT_EQ(results.size(), traj.length());
  if (results.size() >= runs) return Space();
  return Space(Axis{"x", Linspace(10, 20, runs - traj.length())});
}

TEST_F(PipelineTest, RunsAFunction) {
  auto env = Make();
  const auto results = env->Pipeline([](Trajectory& traj) {
    ExploreX(traj).IgnoreError();
    return &Twice;
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results,
              UnorderedElementsAre(Pair(0, 2.0), Pair(1, 4.0), Pair(2, 6.0)));
  EXPECT_THAT(Load()->get()->length(), 3);
}

TEST_F(PipelineTest, RunsAFunctionObject) {
  const auto results = Make()->Pipeline([](Trajectory& traj) {
    const auto x = traj.AddParameter("x", 1.0);
    traj.Explore(CartesianProduct(x.In({1., 2.}))).IgnoreError();
    return [x](cppet::Run& run) { return run.AddResult("z", run[x] * 3); };
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT((*Load())->Get<double>("results.runs.run_00000001.z"),
              IsOkAndHolds(6.0));
}

TEST_F(PipelineTest, RunsAFunctionWithArguments) {
  const auto results = Make()->Pipeline([](Trajectory& traj) {
    ExploreX(traj).IgnoreError();
    return std::tuple(&Times, 10.0, 0.5);
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, UnorderedElementsAre(Pair(0, 10.5), Pair(1, 20.5),
                                             Pair(2, 30.5)));
}

TEST_F(PipelineTest, HasAPostprocessing) {
  const auto results = Make()->Pipeline([](Trajectory& traj) {
    ExploreX(traj).IgnoreError();
    return std::tuple(std::tuple(&Twice), std::tuple(&StoreSum));
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(3)));
  EXPECT_THAT((*Load())->Get<double>("results.sum"), IsOkAndHolds(12.0));
}

TEST_F(PipelineTest, HasAPostprocessingWithArgumentsThatExpands) {
  const auto results = Make()->Pipeline(
      [](Trajectory& traj)
          -> absl::StatusOr<
              std::tuple<std::tuple<decltype(&Times), double, double>,
                         std::tuple<decltype(&ExpandTo), int>>> {
        CPPET_RETURN_IF_ERROR(ExploreX(traj));
        return std::tuple(std::tuple(&Times, 1.0, 0.0),
                          std::tuple(&ExpandTo, 5));
      });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(5)));
  EXPECT_EQ((*Load())->length(), 5);
}

TEST_F(PipelineTest, ItsErrorIsReturnedBeforeAnyRun) {
  const auto results =
      Make()->Pipeline([](Trajectory&) -> absl::StatusOr<decltype(&Twice)> {
        return absl::NotFoundError("no input");
      });
  EXPECT_THAT(results,
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no input")));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PipelineTest, ReturningNothingIsAnErrorIfRunsAreIntended) {
  EXPECT_THAT(Make()->Pipeline([](Trajectory&) {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("do_single_runs")));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PipelineTest, WorksOnTheTrajectoryAloneWithoutRuns) {
  EnvironmentOptions options = Options();
  options.do_single_runs = false;
  auto env = Environment::Create(options).value();
  ASSERT_THAT(env->Pipeline([](Trajectory& traj) {
    return traj.AddResult("analysis", 1.5, "Of other data");
  }),
              IsOk());
  const auto loaded = Load();
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT((*loaded)->Get<double>("results.analysis"), IsOkAndHolds(1.5));
  const std::string config = "config.environment." + env->name();
  EXPECT_TRUE((*loaded)->Contains(config + ".automatic_storing"));
  EXPECT_FALSE((*loaded)->Contains(config + ".multiproc"));
  EXPECT_FALSE((*loaded)->Contains(config + ".start_timestamp"));
  EXPECT_THAT(env->Run(&Twice), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         HasSubstr("do_single_runs = false")));
  EXPECT_THAT(env->Pipeline([](Trajectory&) { return &Twice; }),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("do_single_runs = false")));
}

TEST_F(PipelineTest, ItsErrorIsThatOfThePipelineWithoutRuns) {
  EnvironmentOptions options = Options();
  options.do_single_runs = false;
  EXPECT_THAT(Environment::Create(options).value()->Pipeline(
                  [](Trajectory&) { return absl::NotFoundError("no data"); }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no data")));
  options.automatic_storing = false;
  EXPECT_THAT(
      Environment::Create(options).value()->Pipeline([](Trajectory&) {}),
      IsOk());
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cppet
