#include "cppet/vcs/git_repository.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/vcs/scratch_repository.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::Optional;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class GitRepositoryTest : public ::testing::Test {
 protected:
  void SetUp() override { IsolateGit(); }

  void TearDown() override {
    for (const char* name : {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"}) {
      unsetenv(name);
    }
  }

  static GitRepository Open(const std::string& path) {
    absl::StatusOr<GitRepository> git =
        GitRepository::Open(path, {.lock_timeout = absl::Milliseconds(300)});
    EXPECT_THAT(git, IsOk());
    return *std::move(git);
  }

  GitRepository Open() const { return Open(scratch_.path()); }

  // All that says whether the repository is as before.
  std::string State() const {
    return absl::StrCat(scratch_.TryGit({"rev-parse", "HEAD"}), "\n",
                        scratch_.TryGit({"diff", "--cached"}), "\n",
                        scratch_.TryGit({"ls-files", "--stage"}), "\n",
                        scratch_.TryGit({"for-each-ref"}));
  }

  // The commit that CommitChanges makes of the changes.
  static GitCommit Commit(const GitRepository& git,
                          const std::string& message = "changes") {
    const absl::StatusOr<std::optional<GitCommit>> made =
        git.CommitChanges(message);
    EXPECT_THAT(made, IsOkAndHolds(Not(Eq(std::nullopt))));
    return made.ok() ? made->value_or(GitCommit()) : GitCommit();
  }

  // Expects that what is changed cannot be committed, and that nothing is
  // changed by that.
  void ExpectRefused(absl::StatusCode code, const std::string& why) const {
    const std::string before = State();
    EXPECT_THAT(
        Open().CommitChanges("changes"),
        StatusIs(code, AllOf(StartsWith(Open().root()), HasSubstr(why))));
    EXPECT_EQ(State(), before);
  }

  // A commit of "code.txt" on another branch that is in conflict with one on
  // this.
  void MakeBranchInConflict() const {
    scratch_.Git({"checkout", "--quiet", "-b", "other"});
    scratch_.Write("code.txt", "other\n");
    scratch_.Git({"commit", "--quiet", "-am", "other"});
    scratch_.Git({"checkout", "--quiet", "main"});
    scratch_.Write("code.txt", "main\n");
    scratch_.Git({"commit", "--quiet", "-am", "main"});
  }

  const ScratchRepository scratch_ = [] {
    IsolateGit();
    return ScratchRepository();
  }();
};

TEST_F(GitRepositoryTest, ShowsTheCommitThatIsCheckedOut) {
  const absl::StatusOr<std::optional<GitCommit>> head = Open().Head();
  ASSERT_THAT(head, IsOkAndHolds(Not(Eq(std::nullopt))));
  EXPECT_EQ((*head)->hexsha, scratch_.Git({"rev-parse", "HEAD"}));
  EXPECT_EQ((*head)->name_rev, absl::StrCat((*head)->hexsha, " main"));
  EXPECT_EQ(absl::StrCat((*head)->committed_date),
            scratch_.Git({"log", "-1", "--format=%ct"}));
  EXPECT_EQ((*head)->message, "first");
}

TEST_F(GitRepositoryTest, CommitsWhatIsChangedOfTrackedFiles) {
  scratch_.Write("gone.txt", "soon\n");
  scratch_.Git({"add", "gone.txt"});
  scratch_.Git({"commit", "--quiet", "-m", "second"});
  ASSERT_EQ(unlink(scratch_.Path("gone.txt").c_str()), 0);
  scratch_.Write("code.txt", "two\n");
  scratch_.Write("new.txt", "not tracked\n");
  scratch_.Write("added.txt", "tracked\n");
  scratch_.Git({"add", "added.txt"});

  const GitRepository git = Open();
  EXPECT_THAT(git.HasChanges(), IsOkAndHolds(true));
  const GitCommit commit = Commit(git, "before it -- Trajectory: `x`");
  EXPECT_EQ(commit.hexsha, scratch_.Git({"rev-parse", "main"}));
  EXPECT_EQ(commit.message, "before it -- Trajectory: `x`");
  EXPECT_EQ(scratch_.Git({"show", "--name-status", "--format="}),
            "A\tadded.txt\nM\tcode.txt\nD\tgone.txt");
  EXPECT_EQ(scratch_.Git({"status", "--porcelain"}), "?? new.txt");
  EXPECT_THAT(git.HasChanges(), IsOkAndHolds(false));
}

TEST_F(GitRepositoryTest, CommitsNothingWithoutChanges) {
  scratch_.Write("new.txt", "not tracked\n");
  const std::string before = State();
  EXPECT_THAT(Open().CommitChanges("nothing"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_EQ(State(), before);
}

TEST_F(GitRepositoryTest, SeesNoChangeInAFileThatWasOnlyTouched) {
  scratch_.Write("code.txt", "one\n");
  EXPECT_THAT(Open().HasChanges(), IsOkAndHolds(false));
}

TEST_F(GitRepositoryTest, LooksWithoutWriting) {
  scratch_.Write("code.txt", "two\n");
  const std::string index = scratch_.Read(".git/index");
  const GitRepository git = Open();
  EXPECT_THAT(git.HasChanges(), IsOkAndHolds(true));
  EXPECT_THAT(git.CheckCanCommit(), IsOk());
  EXPECT_THAT(git.Diff(), IsOk());
  EXPECT_THAT(git.Patch(), IsOk());
  EXPECT_THAT(git.UntrackedFiles(), IsOk());
  EXPECT_EQ(scratch_.Read(".git/index"), index);
}

TEST_F(GitRepositoryTest, CommitsTheWholeWorkTreeFromASubfolder) {
  ASSERT_EQ(mkdir(scratch_.Path("models").c_str(), 0777), 0);
  scratch_.Write("code.txt", "two\n");
  const GitRepository git = Open(scratch_.Path("models"));
  EXPECT_EQ(git.root(), Open().root());
  Commit(git);
  EXPECT_EQ(scratch_.Git({"show", "--name-only", "--format="}), "code.txt");
}

TEST_F(GitRepositoryTest, CommitsInAWorktreeOfItsOwn) {
  const TempDirectory folder;
  const std::string tree = folder.Path("tree");
  scratch_.Git({"worktree", "add", "--quiet", "-b", "side", tree});
  ASSERT_THAT(WriteFile(absl::StrCat(tree, "/code.txt"), "side\n"), IsOk());
  const std::string main = scratch_.Git({"rev-parse", "main"});
  const GitCommit commit = Commit(Open(tree));
  EXPECT_EQ(scratch_.Git({"rev-parse", "side"}), commit.hexsha);
  EXPECT_EQ(scratch_.Git({"rev-parse", "main"}), main);
}

TEST_F(GitRepositoryTest, CommitsInASubmoduleApartFromWhatItIsPartOf) {
  const ScratchRepository part;
  scratch_.Git({"submodule", "add", "--quiet", part.path(), "part"});
  scratch_.Git({"commit", "--quiet", "-m", "with a part"});
  scratch_.Write("part/code.txt", "two\n");
  EXPECT_THAT(Open().HasChanges(), IsOkAndHolds(false));

  const std::string before = scratch_.Git({"rev-parse", "HEAD"});
  const GitCommit commit = Commit(Open(scratch_.Path("part")));
  EXPECT_EQ(scratch_.Git({"rev-parse", "HEAD"}, scratch_.Path("part")),
            commit.hexsha);
  EXPECT_EQ(scratch_.Git({"rev-parse", "HEAD"}), before);

  // Which commit the part is at is content of the whole.
  EXPECT_THAT(Open().HasChanges(), IsOkAndHolds(true));
  Commit(Open());
  EXPECT_THAT(scratch_.Git({"ls-tree", "HEAD", "part"}),
              HasSubstr(commit.hexsha));
}

TEST_F(GitRepositoryTest, CommitsWhereNoBranchIsCheckedOut) {
  scratch_.Git({"checkout", "--quiet", "--detach"});
  const std::string main = scratch_.Git({"rev-parse", "main"});
  scratch_.Write("code.txt", "two\n");
  const GitCommit commit = Commit(Open());
  EXPECT_EQ(scratch_.Git({"rev-parse", "HEAD"}), commit.hexsha);
  EXPECT_EQ(commit.name_rev, absl::StrCat(commit.hexsha, " undefined"));
  EXPECT_EQ(scratch_.Git({"rev-parse", "main"}), main);
}

TEST_F(GitRepositoryTest, MakesTheFirstCommit) {
  const TempDirectory folder;
  scratch_.Git({"init", "--quiet", "--initial-branch=main"}, folder.path());
  const GitRepository git = Open(folder.path());
  EXPECT_THAT(git.Head(), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(git.CommitChanges("empty"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(git.Diff(), IsOkAndHolds(IsEmpty()));

  ASSERT_THAT(WriteFile(folder.Path("code.txt"), "one\n"), IsOk());
  scratch_.Git({"add", "code.txt"}, folder.path());
  EXPECT_THAT(git.Diff(), IsOkAndHolds(HasSubstr("+one")));
  const GitCommit commit = Commit(git);
  EXPECT_EQ(scratch_.Git({"rev-parse", "main"}, folder.path()), commit.hexsha);
}

TEST_F(GitRepositoryTest, TakesAnyNamesAndTexts) {
  const std::string name = "größe \"1\"\n λ.txt";
  scratch_.Write(name, "1\n");
  EXPECT_THAT(Open().UntrackedFiles(), IsOkAndHolds(ElementsAre(name)));
  scratch_.Git({"add", "."});
  const GitCommit commit = Commit(Open(), "--amend ψ\n\n# \"quoted\"");
  EXPECT_EQ(commit.message, "--amend ψ\n\n# \"quoted\"");
  EXPECT_EQ(scratch_.Git({"rev-list", "--count", "HEAD"}), "2");

  const TempDirectory folder;
  const std::string tree = folder.Path("Bäume λ");
  scratch_.Git({"worktree", "add", "--quiet", "-b", "bäume", tree});
  EXPECT_EQ(Open(tree).root(), tree);
}

TEST_F(GitRepositoryTest, LetsHooksAndTheUsersConfigurationDoTheirPart) {
  scratch_.WriteHook("commit-msg", "echo 'signed by a hook' >> \"$1\"");
  scratch_.Git({"config", "user.name", "Grace"});
  unsetenv("GIT_AUTHOR_NAME");
  scratch_.Write("code.txt", "two\n");
  EXPECT_EQ(Commit(Open(), "mine").message, "mine\nsigned by a hook");
  EXPECT_EQ(scratch_.Git({"log", "-1", "--format=%an"}), "Grace");
  EXPECT_THAT(Open().User(), IsOkAndHolds("Grace <ada@example.org>"));
}

TEST_F(GitRepositoryTest, SignsIfTheUserHasItSo) {
  scratch_.Write("sign.sh",
                 "#!/bin/sh\n"
                 "cat > /dev/null\n"
                 "echo '[GNUPG:] SIG_CREATED ' >&2\n"
                 "echo '-----BEGIN PGP SIGNATURE-----'\n"
                 "echo 'made by a test'\n"
                 "echo '-----END PGP SIGNATURE-----'\n");
  ASSERT_EQ(chmod(scratch_.Path("sign.sh").c_str(), 0755), 0);
  scratch_.Git({"config", "gpg.program", scratch_.Path("sign.sh")});
  scratch_.Git({"config", "commit.gpgsign", "true"});
  scratch_.Git({"config", "log.showSignature", "true"});
  scratch_.Write("code.txt", "two\n");
  EXPECT_EQ(Commit(Open(), "signed").message, "signed");
  EXPECT_THAT(scratch_.Git({"cat-file", "commit", "HEAD"}),
              HasSubstr("made by a test"));
}

TEST_F(GitRepositoryTest, IsThatOfTheFolderWhateverVariablesSay) {
  const ScratchRepository other;
  setenv("GIT_DIR", other.Path(".git").c_str(), 1);
  setenv("GIT_WORK_TREE", other.path().c_str(), 1);
  setenv("GIT_INDEX_FILE", other.Path(".git/index").c_str(), 1);
  scratch_.Write("code.txt", "two\n");
  const GitCommit commit = Commit(Open());
  TearDown();
  EXPECT_EQ(scratch_.Git({"rev-parse", "main"}), commit.hexsha);
  EXPECT_EQ(other.Git({"rev-list", "--count", "main"}), "1");
}

TEST_F(GitRepositoryTest, NeedsARepositoryWithAWorkTree) {
  const TempDirectory folder;
  setenv("GIT_CEILING_DIRECTORIES", folder.path().c_str(), 1);
  EXPECT_THAT(GitRepository::Open(folder.Path("missing")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing")));
  EXPECT_THAT(GitRepository::Open(folder.path()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       StartsWith(folder.path())));
  scratch_.Git({"init", "--quiet", "--bare", folder.Path("bare")});
  EXPECT_THAT(
      GitRepository::Open(folder.Path("bare")),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("work tree")));
  EXPECT_THAT(
      GitRepository::Open(scratch_.Path(".git")),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("work tree")));
}

TEST_F(GitRepositoryTest, NeedsGit) {
  const std::string path = getenv("PATH");
  setenv("PATH", scratch_.path().c_str(), 1);
  EXPECT_THAT(
      GitRepository::Open(scratch_.path()),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("no program \"git\"")));
  setenv("PATH", path.c_str(), 1);
}

TEST_F(GitRepositoryTest, RefusesToCommitWhenNobodyIsKnown) {
  for (const char* name : {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL",
                           "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"}) {
    unsetenv(name);
  }
  scratch_.Git({"config", "user.useConfigOnly", "true"});
  EXPECT_THAT(Open().CheckCanCommit(), IsOk());  // there is nothing to commit
  EXPECT_THAT(Open().User(), IsOkAndHolds(""));
  scratch_.Write("code.txt", "two\n");
  EXPECT_THAT(Open().CheckCanCommit(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  ExpectRefused(absl::StatusCode::kFailedPrecondition, "git does not know who");
}

TEST_F(GitRepositoryTest, SaysWhatAHookSaidThatRefused) {
  scratch_.WriteHook("pre-commit", "echo 'tests are red' >&2; exit 1");
  scratch_.Write("code.txt", "two\n");
  ExpectRefused(absl::StatusCode::kAborted, "tests are red");
  ExpectRefused(absl::StatusCode::kAborted, "pre-commit");
}

TEST_F(GitRepositoryTest, SaysWhatGitSaidThatCannotSign) {
  scratch_.Git({"config", "gpg.program", "/no/such/gpg"});
  scratch_.Git({"config", "commit.gpgsign", "true"});
  scratch_.Write("code.txt", "two\n");
  ExpectRefused(absl::StatusCode::kAborted, "/no/such/gpg");
}

TEST_F(GitRepositoryTest, NamesALockThatStays) {
  scratch_.Write("code.txt", "two\n");
  scratch_.Write(".git/index.lock", "");
  ExpectRefused(absl::StatusCode::kUnavailable, ".git/index.lock");
  EXPECT_EQ(access(scratch_.Path(".git/index.lock").c_str(), F_OK), 0);
}

TEST_F(GitRepositoryTest, WaitsForALockThatGoes) {
  scratch_.Write("code.txt", "two\n");
  scratch_.Write(".git/index.lock", "");
  std::thread other([&] {
    absl::SleepFor(absl::Milliseconds(50));
    unlink(scratch_.Path(".git/index.lock").c_str());
  });
  Commit(Open());
  other.join();
}

TEST_F(GitRepositoryTest, RefusesToCommitAConflict) {
  MakeBranchInConflict();
  scratch_.TryGit({"merge", "other"});
  ExpectRefused(absl::StatusCode::kFailedPrecondition, "in conflict: code.txt");
}

TEST_F(GitRepositoryTest, RefusesToFinishWhatTheUserBegan) {
  MakeBranchInConflict();
  const auto expect_refused = [&](const char* command) {
    SCOPED_TRACE(command);
    scratch_.TryGit({command, "other"});
    scratch_.Write("code.txt", "solved\n");
    scratch_.Git({"add", "code.txt"});
    ExpectRefused(absl::StatusCode::kFailedPrecondition, command);
    scratch_.Git({command, "--abort"});
  };
  expect_refused("merge");
  expect_refused("cherry-pick");
  expect_refused("revert");
  expect_refused("rebase");
}

TEST_F(GitRepositoryTest, MakesAPatchThatGivesTheSameFiles) {
  const std::string binary("\0\1\2\xff", 4);
  scratch_.Write("image.bin", binary);
  scratch_.Write("gone.txt", "soon\n");
  scratch_.Write("latin.txt",
                 "gr\xf6\xdf"
                 "er\n");
  scratch_.Git({"add", "."});
  scratch_.Git({"commit", "--quiet", "-m", "more"});
  scratch_.Git({"config", "color.ui", "always"});
  scratch_.Git({"config", "diff.noprefix", "true"});
  scratch_.Git({"config", "diff.mnemonicPrefix", "true"});
  scratch_.Git({"config", "diff.external", "/bin/false"});

  const TempDirectory folder;
  scratch_.Git({"clone", "--quiet", scratch_.path(), folder.Path("clone")});
  scratch_.Write("image.bin", absl::StrCat(binary, binary));
  scratch_.Write("latin.txt",
                 "gr\xf6\xdf"
                 "ter\n");
  ASSERT_EQ(unlink(scratch_.Path("gone.txt").c_str()), 0);
  ASSERT_EQ(chmod(scratch_.Path("code.txt").c_str(), 0755), 0);

  const absl::StatusOr<std::string> patch = Open().Patch();
  ASSERT_THAT(patch, IsOk());
  ASSERT_THAT(WriteFile(folder.Path("patch"), *patch), IsOk());
  const std::string clone = folder.Path("clone");
  scratch_.Git({"apply", "--index", folder.Path("patch")}, clone);
  scratch_.Git({"add", "-u"});
  EXPECT_EQ(scratch_.Git({"write-tree"}, clone), scratch_.Git({"write-tree"}));
}

TEST_F(GitRepositoryTest, ListsWhatIsNeitherTrackedNorIgnored) {
  ASSERT_EQ(mkdir(scratch_.Path("data").c_str(), 0777), 0);
  scratch_.Write(".gitignore", "*.hdf5\n");
  scratch_.Write("data/runs.hdf5", "");
  scratch_.Write("data/notes.txt", "");
  EXPECT_THAT(
      Open(scratch_.Path("data")).UntrackedFiles(),
      IsOkAndHolds(UnorderedElementsAre(".gitignore", "data/notes.txt")));
}

// Each of many processes changes a file of its own and commits, again and
// again, while another git program stages files.
TEST_F(GitRepositoryTest, SurvivesManyWhoCommitAtOnce) {
  constexpr int kProcesses = 6;
  constexpr int kCommits = 5;
  for (int i = 0; i < kProcesses; ++i) {
    scratch_.Write(absl::StrCat("file_", i), "");
  }
  scratch_.Git({"add", "."});
  scratch_.Git({"commit", "--quiet", "-m", "files"});

  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    const absl::StatusOr<GitRepository> git =
        GitRepository::Open(scratch_.path());
    bool fine = git.ok();
    for (int j = 0; fine && j < kCommits; ++j) {
      scratch_.Write(absl::StrCat("file_", i), absl::StrCat(j, "\n"));
      const auto made = git->CommitChanges(absl::StrCat(i, " ", j));
      if (!made.ok()) fprintf(stderr, "%s\n", made.status().ToString().c_str());
      fine = made.ok();
    }
    _exit(fine ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(scratch_.Git({"status", "--porcelain"}), "");
  EXPECT_EQ(scratch_.Git({"fsck", "--strict"}), "");
  for (int i = 0; i < kProcesses; ++i) {
    // Each change is in a commit, be it with those of others.
    EXPECT_EQ(scratch_.Git({"rev-list", "--count", "HEAD", "--",
                            absl::StrCat("file_", i)}),
              absl::StrCat(kCommits + 1));
  }
}

}  // namespace
}  // namespace cppet
