#ifndef CPPET_VCS_GIT_REPOSITORY_H_
#define CPPET_VCS_GIT_REPOSITORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cppet {

struct GitCommit {
  std::string hexsha;  // all digits
  // The same, and what git calls it by the nearest branch or tag:
  // "1c6080f... main~2", "1c6080f... undefined" if there is none.
  std::string name_rev;
  int64_t committed_date = 0;  // Unix time
  std::string message;         // without line ends at its end
};

struct GitOptions {
  // How long to wait for another git program that changes the repository.
  absl::Duration lock_timeout = absl::Seconds(10);
};

// A git repository with a work tree, seen by the program git, which is on PATH:
// its configuration and its hooks are those of the user.
//
//   CPPET_ASSIGN_OR_RETURN(GitRepository git, GitRepository::Open("."));
//   CPPET_ASSIGN_OR_RETURN(std::optional<GitCommit> made,
//                          git.CommitChanges("before the experiment"));
//
// All that changes nothing takes no lock and may be called beside other git
// programs. Variables such as GIT_DIR, which lead git to another repository,
// count for nothing.
//
// Errors of all methods, with the repository in the message:
//   kUnknown: git failed; with what it said.
//   kResourceExhausted: it printed more than 64 MiB.
//   Others as RunSubprocess.
class GitRepository {
 public:
  // The repository that the folder `path` is in: its main work tree, one made
  // by `git worktree`, or a submodule, which is a repository of its own.
  //
  // Errors:
  //   kNotFound: there is no folder `path`, or no program git.
  //   kFailedPrecondition: `path` is in no work tree of a repository, or git
  //     does not trust whom it belongs to; with what git said.
  static absl::StatusOr<GitRepository> Open(const std::string& path,
                                            const GitOptions& options = {});

  // The topmost folder of the work tree.
  const std::string& root() const { return root_; }

  // The commit that is checked out; none if there is no commit yet.
  absl::StatusOr<std::optional<GitCommit>> Head() const;

  // Whether tracked files, in the whole work tree, are not as in the last
  // commit, so that there is something to commit. What is changed inside of
  // a submodule and not committed there does not count.
  absl::StatusOr<bool> HasChanges() const;

  // Checks that changes can be committed, as far as that can be known before.
  // OK if there are none.
  //
  // Errors:
  //   kFailedPrecondition: files are in conflict; a merge, rebase, cherry-pick
  //     or revert is not finished; or git does not know who commits.
  absl::Status CheckCanCommit() const;

  // Commits all changes of tracked files, as `git add -u` and `git commit` do,
  // and returns the commit; none if there are no changes. On an error nothing
  // of it is staged either. Of several processes that do this one follows the
  // other.
  //
  // Errors: those of CheckCanCommit, and
  //   kAborted: a hook refused, or git for a reason of its own; with what was
  //     said.
  //   kUnavailable: the index was locked for `lock_timeout`; names the lock.
  absl::StatusOr<std::optional<GitCommit>> CommitChanges(
      const std::string& message) const;

  // What tracked files have that the last commit has not, as `git diff HEAD`
  // shows it.
  absl::StatusOr<std::string> Diff() const;

  // The same such that `git apply` makes these files of that commit: with what
  // is in binary ones, and without what is changed inside of submodules.
  absl::StatusOr<std::string> Patch() const;

  // The files that are neither tracked nor ignored, by their paths from root().
  absl::StatusOr<std::vector<std::string>> UntrackedFiles() const;

  // "Name <email>" of who commits; empty if git does not know.
  absl::StatusOr<std::string> User() const;

 private:
  GitRepository(std::string root, std::string git_folder, GitOptions options)
      : root_(std::move(root)),
        git_folder_(std::move(git_folder)),
        options_(options) {}

  // What git prints.
  absl::StatusOr<std::string> Git(std::vector<std::string> args) const;
  absl::StatusOr<std::string> DiffOfHead(std::vector<std::string> args) const;
  absl::Status CheckNothingUnfinished() const;
  absl::Status CheckIdentity() const;
  absl::Status CommitAll(const std::string& message) const;
  // Says why `git commit` failed.
  absl::Status CommitError(const std::string& said) const;
  std::string IndexLock() const;

  std::string root_;
  std::string git_folder_;  // the index and HEAD are in it
  GitOptions options_;
};

}  // namespace cppet

#endif  // CPPET_VCS_GIT_REPOSITORY_H_
