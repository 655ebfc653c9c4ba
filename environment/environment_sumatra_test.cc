// Environments that leave a record in a Sumatra project.

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/sumatra/testing.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"
#include "cppet/vcs/scratch_repository.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

absl::StatusOr<double> Product(cppet::Run& run) {
  const double x = run.Get<double>("x").value();
  if (x < 0) return absl::OutOfRangeError("x is negative");
  return x * run.Get<double>("y").value();
}

// Fails in its third run if there is a file to say so.
absl::StatusOr<double> FailsOnce(cppet::Run& run, const std::string& file) {
  if (run.index() == 2 && access(file.c_str(), F_OK) == 0) {
    return absl::UnknownError("not yet");
  }
  return run.Get<double>("x").value();
}
CPPET_REGISTER_RUN_FUNCTION(FailsOnce);

class EnvironmentSumatraTest : public ::testing::Test {
 protected:
  EnvironmentSumatraTest() {
    IsolateGit();
    InProject({"init", "--quiet", "--initial-branch=main"});
    EXPECT_THAT(WriteFile(project_.Path("code.txt"), "one\n"), IsOk());
    EXPECT_THAT(WriteFile(project_.Path(".gitignore"), ".smt\nData\n"), IsOk());
    InProject({"add", "."});
    InProject({"commit", "--quiet", "-m", "first"});
  }

  std::string InProject(const std::vector<std::string>& args) const {
    return git_.Git(args, project_.folder());
  }

  EnvironmentOptions Options() const {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.comment = "for a test";
    options.log_folder = project_.Path("Data/logs");
    options.filename = project_.Path("Data/traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.sumatra_project = project_.Path("Data");
    options.sumatra_reason = "which product";
    return options;
  }

  static std::unique_ptr<Environment> Make(EnvironmentOptions options,
                                           std::vector<double> x = {1.5, 2.5}) {
    absl::StatusOr<std::unique_ptr<Environment>> environment =
        Environment::Create(std::move(options));
    EXPECT_THAT(environment, IsOk());
    Trajectory& trajectory = (*environment)->trajectory();
    const auto key = trajectory.AddParameter("x", 0.0);
    const auto y = trajectory.AddParameter("y", 0.0);
    trajectory.AddParameter("name", "lif");
    EXPECT_THAT(
        trajectory.Explore(CartesianProduct(key.In(x), y.In({6.0, 7.0}))),
        IsOk());
    return *std::move(environment);
  }

  std::unique_ptr<Trajectory> Load() const {
    const auto storage = OpenHdf5Storage(project_.Path("Data/traj.hdf5"));
    EXPECT_THAT(storage, IsOk());
    absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
        (*storage)->Load("traj", LoadAll());
    EXPECT_THAT(loaded, IsOk());
    return *std::move(loaded);
  }

  // What config.sumatra has.
  static std::vector<std::string> Records(const Trajectory& trajectory) {
    std::vector<std::string> names;
    VisitNodes(trajectory.root(), [&](const Node& node) {
      if (absl::StartsWith(node.full_name(), "config.sumatra.")) {
        names.push_back(node.full_name());
      }
    });
    return names;
  }

  const ScratchRepository git_ = [] {
    IsolateGit();
    return ScratchRepository();
  }();
  const TestProject project_{"empty"};
};

TEST_F(EnvironmentSumatraTest, RecordsAllOfAnExperiment) {
  EnvironmentOptions options = Options();
  options.sumatra_label = "products-1";
  options.multiproc = true;
  options.ncores = 2;
  const auto results = Make(options)->Run(Product);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(results->record_status(), IsOk());

  EXPECT_THAT(
      project_.Query("SELECT label, reason, outcome, tags, diff, user, version "
                     "FROM django_store_record"),
      ElementsAre(absl::StrCat(
          "products-1|which product -- Trajectory traj (`for a test`) -- "
          "Explored Parameters: ['parameters.x', 'parameters.y']||_finished_||"
          "Ada Test <ada@example.org>|",
          InProject({"rev-parse", "HEAD"}))));
  EXPECT_THAT(project_.Query("SELECT duration >= 0 AND duration < 100 FROM "
                             "django_store_record"),
              ElementsAre("1"));
  EXPECT_THAT(project_.Query("SELECT type, content FROM "
                             "django_store_parameterset"),
              ElementsAre("JSONParameterSet|{\n"
                          "    \"parameters.name\": \"lif\",\n"
                          "    \"parameters.x\": [\n"
                          "        1.5,\n        1.5,\n"
                          "        2.5,\n        2.5\n    ],\n"
                          "    \"parameters.y\": [\n"
                          "        6.0,\n        7.0,\n"
                          "        6.0,\n        7.0\n    ]\n"
                          "}"));
  EXPECT_THAT(project_.Query("SELECT name FROM django_store_executable"),
              ElementsAre("environment_sumatra_test"));

  // The digest is that of the file as it is now.
  const auto file = ReadFile(project_.Path("Data/traj.hdf5"));
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(project_.Query("SELECT path, digest FROM django_store_datakey"),
              ElementsAre(absl::StrCat("traj.hdf5|", Sha1Hex(*file))));
  EXPECT_THAT(ReadFile(project_.project_file()),
              IsOkAndHolds(HasSubstr("\"_most_recent\": \"products-1\"")));

  const auto loaded = Load();
  const std::string group = "config.sumatra.record_products-1.";
  EXPECT_THAT(loaded->Get<std::string>(group + "label"),
              IsOkAndHolds("products-1"));
  EXPECT_THAT(loaded->Get<std::string>(group + "reason"),
              IsOkAndHolds("which product"));
}

TEST_F(EnvironmentSumatraTest, MakesALabelOfTheTime) {
  ASSERT_THAT(Make(Options())->Run(Product), IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(project_.Query("SELECT label FROM django_store_record"),
              ElementsAre(MatchesRegex("[0-9]{8}-[0-9]{6}")));
}

TEST_F(EnvironmentSumatraTest, RecordsEachRunThatHadSomethingToDo) {
  const auto environment = Make(Options());
  ASSERT_THAT(environment->Run(Product), IsOk());
  ASSERT_THAT(environment->Run(Product), IsOk());  // nothing is left to do
  Trajectory& trajectory = environment->trajectory();
  ASSERT_THAT(trajectory.Expand(Zip(Axis{"x", Linspace(3.5, 3.5, 1)},
                                    Axis{"y", Linspace(6, 6, 1)})),
              IsOk());
  ASSERT_THAT(environment->Run(Product), IsOk());
  EXPECT_THAT(project_.Query("SELECT content LIKE '%3.5%' FROM "
                             "django_store_record JOIN "
                             "django_store_parameterset ON parameters_id = "
                             "django_store_parameterset.id"),
              ElementsAre("0", "1"));
}

TEST_F(EnvironmentSumatraTest, RecordsWhatHasNoRuns) {
  EnvironmentOptions options = Options();
  options.do_single_runs = false;
  options.sumatra_label = "analysis";
  const auto environment = Make(options);
  const auto results =
      environment->Pipeline([](Trajectory& trajectory) -> absl::Status {
        return trajectory.AddResult("summary", 1.0);
      });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(results->record_status(), IsOk());
  EXPECT_THAT(project_.Query("SELECT label FROM django_store_record"),
              ElementsAre("analysis"));
  EXPECT_THAT(Load()->Get<std::string>("config.sumatra.record_analysis.reason"),
              IsOkAndHolds("which product"));
}

TEST_F(EnvironmentSumatraTest, SaysInTheRecordHowManyRunsFailed) {
  const auto results = Make(Options(), {-1.0, 1.0})->Run(Product);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(results->record_status(), IsOk());
  EXPECT_THAT(project_.Query("SELECT outcome FROM django_store_record"),
              ElementsAre("2 of 4 runs failed"));
}

TEST_F(EnvironmentSumatraTest, RunsNothingIfTheCodeIsChanged) {
  const auto environment = Make(Options());
  EXPECT_THAT(WriteFile(project_.Path("code.txt"), "two\n"), IsOk());
  EXPECT_THAT(Environment::Create(Options()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(StartsWith("EnvironmentOptions.sumatra_project"),
                             HasSubstr("not committed"))));
  EXPECT_THAT(environment->Run(Product),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not committed")));
  EXPECT_NE(access(project_.Path("Data/traj.hdf5").c_str(), F_OK), 0);
}

TEST_F(EnvironmentSumatraTest, KeepsTheDiffOfChangedCodeIfTheProjectDoes) {
  project_.Edit("\"on_changed\": \"error\"", "\"on_changed\": \"store-diff\"");
  EXPECT_THAT(WriteFile(project_.Path("code.txt"), "two\n"), IsOk());
  ASSERT_THAT(Make(Options())->Run(Product), IsOk());
  EXPECT_THAT(project_.Query("SELECT diff FROM django_store_record"),
              ElementsAre(InProject({"diff", "HEAD"})));
}

TEST_F(EnvironmentSumatraTest, TakesCodeThatIsCommittedByTheEnvironment) {
  EXPECT_THAT(WriteFile(project_.Path("code.txt"), "two\n"), IsOk());
  EnvironmentOptions options = Options();
  options.git_repository = project_.folder();
  const auto environment = Make(options);
  ASSERT_THAT(environment->Run(Product), IsOk());
  EXPECT_THAT(project_.Query("SELECT version, diff FROM django_store_record"),
              ElementsAre(environment->hexsha() + "|"));
}

TEST_F(EnvironmentSumatraTest, CommitsNothingIfTheRecordCannotBe) {
  EXPECT_THAT(WriteFile(project_.Path("code.txt"), "two\n"), IsOk());
  const std::string before = InProject({"rev-parse", "HEAD"});
  EnvironmentOptions options = Options();
  options.git_repository = project_.folder();
  options.sumatra_label = "with.dot";
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("sumatra_label = with.dot")));
  options.sumatra_label = "";
  EXPECT_THAT(WriteFile(project_.store_file(), "no database"), IsOk());
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kDataLoss,
                       StartsWith("EnvironmentOptions.sumatra_project")));
  EXPECT_EQ(InProject({"rev-parse", "HEAD"}), before);
}

TEST_F(EnvironmentSumatraTest, CommitsNothingIfTheProjectsCodeIsNotInGit) {
  project_.Edit("_git.GitRepository", "_mercurial.MercurialRepository");
  EXPECT_THAT(WriteFile(project_.Path("code.txt"), "two\n"), IsOk());
  const std::string before = InProject({"rev-parse", "HEAD"});
  EnvironmentOptions options = Options();
  options.git_repository = project_.folder();
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("MercurialRepository")));
  EXPECT_EQ(InProject({"rev-parse", "HEAD"}), before);
}

TEST_F(EnvironmentSumatraTest, RefusesALabelThatIsTaken) {
  EnvironmentOptions options = Options();
  options.sumatra_label = "one";
  ASSERT_THAT(Make(options)->Run(Product), IsOk());
  options.trajectory = "another";
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       StartsWith("EnvironmentOptions.sumatra_label")));
}

TEST_F(EnvironmentSumatraTest, KeepsAllResultsWithoutTheRecord) {
  EnvironmentOptions options = Options();
  const auto environment = Make(options);
  // The store is gone when the runs are finished.
  const auto results = environment->Run([&](cppet::Run& run) {
    unlink(project_.store_file().c_str());
    return Product(run);
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(results->record_status(), StatusIs(absl::StatusCode::kNotFound));
  const auto loaded = Load();
  EXPECT_TRUE(loaded->completed());
  EXPECT_THAT(Records(*loaded), IsEmpty());
}

TEST_F(EnvironmentSumatraTest, TakesItsLabelOutOfTheFileIfThereIsNoRecord) {
  // A trigger lets the last step fail, when the label is in the file already.
  project_.Execute(
      "CREATE TRIGGER no_tags BEFORE INSERT ON django_store_taggeditem BEGIN "
      "SELECT RAISE(ABORT, 'no more tags'); END");
  const auto environment = Make(Options());
  const auto results = environment->Run(Product);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(results->record_status().message(), HasSubstr("no more tags"));
  EXPECT_THAT(project_.Query("SELECT label FROM django_store_record"),
              IsEmpty());
  const auto loaded = Load();
  EXPECT_TRUE(loaded->completed());
  EXPECT_THAT(Records(environment->trajectory()), IsEmpty());
  EXPECT_THAT(Records(*loaded), IsEmpty());
}

TEST_F(EnvironmentSumatraTest, RecordsOnceWhatWasContinued) {
  const std::string fails = project_.Path("Data/fails");
  ASSERT_THAT(WriteFile(fails, ""), IsOk());
  EnvironmentOptions options = Options();
  options.continuable = true;
  options.continue_folder = project_.Path("Data/continue");
  options.max_failures = 0;  // the rest is for later
  options.sumatra_label = "in-two-parts";
  ASSERT_THAT(Make(options)->Run(FailsOnce, fails), IsOk());
  EXPECT_THAT(project_.Query("SELECT label FROM django_store_record"),
              IsEmpty());
  ASSERT_EQ(unlink(fails.c_str()), 0);
  const auto continued =
      Environment::Continue<double>("traj", options.continue_folder);
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results.record_status(), IsOk());
  EXPECT_THAT(project_.Query("SELECT label FROM django_store_record"),
              ElementsAre("in-two-parts"));
}

}  // namespace
}  // namespace cppet
