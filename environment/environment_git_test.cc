// Environments that keep the version of their code.

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/base/time_format.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/value.h"
#include "cppet/vcs/git_repository.h"
#include "cppet/vcs/scratch_repository.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ::testing::Ne;
using ::testing::SizeIs;
using ::testing::StartsWith;

double Doubled(cppet::Run& run) { return 2.0 * run.Get<int>("i").value(); }

// Fails in its third run if there is a file to say so.
absl::StatusOr<double> FailsOnce(cppet::Run& run, const std::string& file) {
  const int i = run.Get<int>("i").value();
  if (i == 2 && access(file.c_str(), F_OK) == 0) {
    return absl::UnknownError("not yet");
  }
  return 2.0 * i;
}
CPPET_REGISTER_RUN_FUNCTION(FailsOnce);

class EnvironmentGitTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options(const std::string& name = "traj") const {
    EnvironmentOptions options;
    options.trajectory = name;
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.filename = folder_.Path("traj.hdf5");
    options.progress = ProgressMode::kNever;
    options.git_repository = code_.path();
    return options;
  }

  static std::unique_ptr<Environment> Make(EnvironmentOptions options) {
    absl::StatusOr<std::unique_ptr<Environment>> environment =
        Environment::Create(std::move(options));
    EXPECT_THAT(environment, IsOk());
    const auto i = (*environment)->trajectory().AddParameter("i", 0);
    EXPECT_THAT((*environment)
                    ->trajectory()
                    .Explore(CartesianProduct(i.In(Arange(0, 4)))),
                IsOk());
    return *std::move(environment);
  }

  std::unique_ptr<Trajectory> Load(const std::string& name = "traj") const {
    const auto storage = OpenHdf5Storage(folder_.Path("traj.hdf5"));
    EXPECT_THAT(storage, IsOk());
    absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
        (*storage)->Load(name, LoadAll());
    EXPECT_THAT(loaded, IsOk());
    return *std::move(loaded);
  }

  std::string Head() const { return code_.Git({"rev-parse", "HEAD"}); }

  // The group of the commit that is checked out.
  std::string CommitGroup() const {
    const std::string date = code_.Git({"log", "-1", "--format=%ct"});
    return absl::StrCat("config.git.commit_", Head().substr(0, 7), "_",
                        FormatTime(std::stod(date)));
  }

  // All that says whether the repository is as before.
  std::string State() const {
    return absl::StrCat(
        code_.Git({"rev-parse", "HEAD"}), "\n", code_.Git({"diff", "--cached"}),
        "\n", code_.Git({"diff"}), "\n", code_.Git({"ls-files", "--stage"}));
  }

  // Expects that there can be no environment, and that it leaves the
  // repository as it was.
  void ExpectRefused(const EnvironmentOptions& options, absl::StatusCode code,
                     const std::string& why) const {
    const std::string before = State();
    EXPECT_THAT(Environment::Create(options), StatusIs(code, HasSubstr(why)));
    EXPECT_EQ(State(), before);
  }

  const TempDirectory folder_;
  const ScratchRepository code_ = [] {
    IsolateGit();
    return ScratchRepository();
  }();
};

TEST_F(EnvironmentGitTest, CommitsChangesAndIsNamedAfterTheCommit) {
  code_.Write("code.txt", "two\n");
  EnvironmentOptions options = Options();
  options.comment = "for a test";
  options.git_message = "faster";
  const auto environment = Make(options);
  EXPECT_EQ(code_.Git({"status", "--porcelain"}), "");
  EXPECT_EQ(environment->hexsha(), Head());
  EXPECT_THAT(environment->name(),
              StartsWith(absl::StrCat("environment_", Head().substr(0, 7))));
  const std::string message = absl::StrCat(
      "faster -- Trajectory: `traj`, Time: `", environment->trajectory().time(),
      "`, Comment: `for a test`");
  EXPECT_EQ(code_.Git({"log", "-1", "--format=%B"}), message);

  ASSERT_THAT(environment->Run(Doubled), IsOkAndHolds(SizeIs(4)));
  const auto loaded = Load();
  const std::string group = CommitGroup();
  EXPECT_THAT(loaded->Get<std::string>(group + ".hexsha"),
              IsOkAndHolds(Head()));
  EXPECT_THAT(loaded->Get<std::string>(group + ".name_rev"),
              IsOkAndHolds(absl::StrCat(Head(), " main")));
  EXPECT_THAT(
      loaded->Get<int64_t>(group + ".committed_date"),
      IsOkAndHolds(std::stoll(code_.Git({"log", "-1", "--format=%ct"}))));
  EXPECT_THAT(loaded->Get<std::string>(group + ".message"),
              IsOkAndHolds(message));
  const std::string mine = "config.environment." + environment->name();
  EXPECT_THAT(loaded->Get<std::string>(mine + ".hexsha"), IsOkAndHolds(Head()));
  EXPECT_THAT(loaded->Get<std::string>(mine + ".git_commit"),
              IsOkAndHolds(Head()));
}

TEST_F(EnvironmentGitTest, NotesTheLastCommitIfThereAreNoChanges) {
  const std::string before = State();
  const auto environment = Make(Options());
  EXPECT_THAT(environment->hexsha(), AllOf(SizeIs(40), Ne(Head())));
  ASSERT_THAT(environment->Run(Doubled), IsOkAndHolds(SizeIs(4)));
  EXPECT_EQ(State(), before);
  EXPECT_THAT(Load()->Get<std::string>(CommitGroup() + ".message"),
              IsOkAndHolds("first"));
}

TEST_F(EnvironmentGitTest, LeavesEachItsCommit) {
  ASSERT_THAT(Make(Options("a"))->Run(Doubled), IsOk());
  const std::string first = CommitGroup();
  code_.Write("code.txt", "two\n");
  auto loaded = Load("a");
  EnvironmentOptions options = Options();
  const auto environment = Environment::Create(std::move(loaded), options);
  ASSERT_THAT(environment, IsOk());
  ASSERT_THAT((*environment)->Store(), IsOk());
  loaded = Load("a");
  EXPECT_THAT(loaded->Get<std::string>(first + ".message"),
              IsOkAndHolds("first"));
  EXPECT_THAT(loaded->Get<std::string>(CommitGroup() + ".message"),
              IsOkAndHolds(HasSubstr("Trajectory: `a`")));
}

TEST_F(EnvironmentGitTest, RecordsChangesWithoutTouchingTheRepository) {
  code_.Write("latin.txt",
              "gr\xf6\xdf"
              "er\n");
  code_.Git({"add", "latin.txt"});
  code_.Write("code.txt", std::string(300'000, 'x') + "\n");
  code_.Write("new.txt", "not tracked\n");
  const std::string before = State();
  EnvironmentOptions options = Options();
  options.git_mode = GitMode::kRecord;
  const auto environment = Make(options);
  ASSERT_THAT(environment->Run(Doubled), IsOkAndHolds(SizeIs(4)));
  EXPECT_EQ(State(), before);
  EXPECT_NE(environment->hexsha(), Head());

  const auto loaded = Load();
  EXPECT_THAT(loaded->Get<std::string>(CommitGroup() + ".message"),
              IsOkAndHolds("first"));
  const std::string mine = "config.environment." + environment->name();
  EXPECT_THAT(loaded->Get<std::vector<std::string>>(mine + ".git_untracked"),
              IsOkAndHolds(ElementsAre("new.txt")));
  const auto patch = loaded->Get<Bytes>(mine + ".git_patch");
  ASSERT_THAT(patch, IsOk());
  EXPECT_THAT(GitRepository::Open(code_.path())->Patch(),
              IsOkAndHolds(patch->data));

  // It gives the files back.
  const std::string clone = folder_.Path("clone");
  ASSERT_THAT(WriteFile(folder_.Path("patch"), patch->data), IsOk());
  code_.Git({"clone", "--quiet", code_.path(), clone});
  code_.Git({"apply", folder_.Path("patch")}, clone);
  EXPECT_THAT(ReadFile(clone + "/code.txt"),
              IsOkAndHolds(code_.Read("code.txt")));
  EXPECT_THAT(ReadFile(clone + "/latin.txt"),
              IsOkAndHolds(code_.Read("latin.txt")));
}

TEST_F(EnvironmentGitTest, RecordsTextAsText) {
  code_.Write("code.txt", "größer\n");
  EnvironmentOptions options = Options();
  options.git_mode = GitMode::kRecord;
  const auto environment = Make(options);
  EXPECT_THAT(environment->trajectory().Get<std::string>(absl::StrCat(
                  "config.environment.", environment->name(), ".git_patch")),
              IsOkAndHolds(HasSubstr("+größer")));
}

TEST_F(EnvironmentGitTest, RefusesChangesIfAskedTo) {
  EnvironmentOptions options = Options();
  options.git_mode = GitMode::kRefuse;
  EXPECT_THAT(Environment::Create(options), IsOk());
  code_.Write("code.txt", "two\n");
  ExpectRefused(options, absl::StatusCode::kFailedPrecondition,
                "EnvironmentOptions.git_repository");
}

TEST_F(EnvironmentGitTest, CommitsNothingIfItCannotBeMade) {
  ASSERT_THAT(Make(Options("there"))->Run(Doubled), IsOk());
  code_.Write("code.txt", "two\n");
  ExpectRefused(Options("there"), absl::StatusCode::kAlreadyExists, "there");

  EnvironmentOptions options = Options();
  options.complevel = 99;
  ExpectRefused(options, absl::StatusCode::kInvalidArgument, "complevel");
  options = Options();
  options.filename = folder_.Path("missing/traj.hdf5");
  ExpectRefused(options, absl::StatusCode::kNotFound, "missing");
  options = Options();
  options.trajectory = "no.name";
  ExpectRefused(options, absl::StatusCode::kInvalidArgument, "no.name");
  options = Options();
  options.sumatra_project = folder_.path();
  ExpectRefused(options, absl::StatusCode::kNotFound, "sumatra_project");
  options = Options();
  ASSERT_THAT(WriteFile(folder_.Path("file"), ""), IsOk());
  options.log_folder = folder_.Path("file");
  ExpectRefused(options, absl::StatusCode::kFailedPrecondition, "log_folder");
  options = Options();
  options.filename = folder_.Path("file");
  ExpectRefused(options, absl::StatusCode::kInvalidArgument, "no HDF5 file");
}

TEST_F(EnvironmentGitTest, SaysWhyThereCanBeNoCommit) {
  code_.Write("code.txt", "two\n");
  code_.WriteHook("pre-commit", "echo 'tests are red' >&2; exit 1");
  ExpectRefused(Options(), absl::StatusCode::kAborted, "tests are red");
}

TEST_F(EnvironmentGitTest, NeedsARepositoryWithSomethingInIt) {
  EnvironmentOptions options = Options();
  const TempDirectory empty;
  setenv("GIT_CEILING_DIRECTORIES", empty.path().c_str(), 1);
  options.git_repository = empty.path();
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       StartsWith("EnvironmentOptions.git_repository: ")));
  code_.Git({"init", "--quiet"}, empty.path());
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no commit yet")));
}

TEST_F(EnvironmentGitTest, RecordsWhatHasNoCommitYet) {
  const TempDirectory begun;
  code_.Git({"init", "--quiet"}, begun.path());
  ASSERT_THAT(WriteFile(begun.Path("code.txt"), "one\n"), IsOk());
  code_.Git({"add", "."}, begun.path());
  EnvironmentOptions options = Options();
  options.git_repository = begun.path();
  options.git_mode = GitMode::kRecord;
  const auto environment = Make(options);
  const std::string mine = "config.environment." + environment->name();
  EXPECT_THAT(environment->trajectory().Get<std::string>(mine + ".git_patch"),
              IsOkAndHolds(HasSubstr("+one")));
  EXPECT_THAT(environment->trajectory().Get<std::string>(mine + ".git_commit"),
              IsOkAndHolds(""));
}

TEST_F(EnvironmentGitTest, KeepsTheCodeThatContinuedAsWell) {
  const std::string fails = folder_.Path("fails");
  ASSERT_THAT(WriteFile(fails, ""), IsOk());
  EnvironmentOptions options = Options();
  options.continuable = true;
  options.continue_folder = folder_.Path("continue");
  options.git_message = "try";
  ASSERT_EQ(chdir(code_.path().c_str()), 0);
  options.git_repository = ".";
  code_.Write("code.txt", "wrong\n");
  const auto first = Make(options)->Run(FailsOnce, fails);
  ASSERT_THAT(first, IsOkAndHolds(SizeIs(3)));
  const std::string wrong = CommitGroup();

  ASSERT_EQ(chdir("/"), 0);
  ASSERT_EQ(unlink(fails.c_str()), 0);
  code_.Write("code.txt", "right\n");
  const auto continued =
      Environment::Continue<double>("traj", folder_.Path("continue"));
  ASSERT_THAT(continued, IsOk());
  EXPECT_THAT(continued->results, SizeIs(4));
  EXPECT_EQ(continued->environment->hexsha(), Head());
  const auto loaded = Load();
  EXPECT_THAT(loaded->Get<std::string>(wrong + ".message"),
              IsOkAndHolds(StartsWith("try -- ")));
  EXPECT_NE(CommitGroup(), wrong);
  EXPECT_THAT(loaded->Get<std::string>(CommitGroup() + ".message"),
              IsOkAndHolds(StartsWith("try -- ")));
}

// Each of many processes changes a file of its own and begins an experiment.
TEST_F(EnvironmentGitTest, ManyAtOnceLeaveASoundRepository) {
  constexpr int kProcesses = 6;
  for (int i = 0; i < kProcesses; ++i) code_.Write(absl::StrCat("f", i), "");
  code_.Git({"add", "."});
  code_.Git({"commit", "--quiet", "-m", "files"});
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    bool fine = true;
    for (int j = 0; j < 3; ++j) {
      code_.Write(absl::StrCat("f", i), absl::StrCat(j, "\n"));
      EnvironmentOptions options = Options(absl::StrCat("t", i, "_", j));
      options.filename = folder_.Path(absl::StrCat("t", i, ".hdf5"));
      const auto results = Make(options)->Run(Doubled);
      fine = fine && results.ok() && results->size() == 4;
    }
    _exit(fine && !HasFailure() ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(code_.Git({"status", "--porcelain"}), "");
  EXPECT_EQ(code_.Git({"fsck", "--strict"}), "");
  for (int i = 0; i < kProcesses; ++i) {
    EXPECT_EQ(
        code_.Git({"rev-list", "--count", "HEAD", "--", absl::StrCat("f", i)}),
        "4");
  }
}

}  // namespace
}  // namespace cppet
