#include "cppet/vcs/git_repository.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

// The longest diff or list of files.
constexpr size_t kMaxOutput = 64 << 20;
// Of what git said in an error: the end, which says why.
constexpr size_t kMaxSaid = 2000;
// Between looks whether a lock is gone.
constexpr absl::Duration kLockTick = absl::Milliseconds(20);

// They name a repository, whatever folder git works in, and are set where a
// hook of git started us.
constexpr const char* kOfAnotherRepository[] = {
    "GIT_COMMON_DIR",       "GIT_DIR",    "GIT_INDEX_FILE", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE",
};

absl::StatusOr<SubprocessResult> RunGit(const std::string& folder,
                                        std::vector<std::string> args,
                                        bool changes) {
  // Nothing is left to go on in the background.
  std::vector<std::string> argv = {"git", "-c", "gc.auto=0", "-c",
                                   "maintenance.auto=false"};
  argv.insert(argv.end(), std::make_move_iterator(args.begin()),
              std::make_move_iterator(args.end()));
  SubprocessOptions options;
  options.working_directory = folder;
  options.max_output = kMaxOutput;
  options.unset.assign(std::begin(kOfAnotherRepository),
                       std::end(kOfAnotherRepository));
  // Else looking at the work tree updates the index.
  if (!changes) options.environment = {{"GIT_OPTIONAL_LOCKS", "0"}};
  return RunSubprocess(argv, options);
}

std::string Said(const SubprocessResult& result) {
  absl::string_view said = absl::StripAsciiWhitespace(result.standard_error);
  if (said.empty()) said = absl::StripAsciiWhitespace(result.standard_output);
  if (said.empty()) return result.Describe();
  if (said.size() > kMaxSaid) said.remove_prefix(said.size() - kMaxSaid);
  return std::string(said);
}

absl::string_view WithoutLineEnd(absl::string_view text) {
  return absl::StripSuffix(text, "\n");
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// Held by who commits, against others who do so by this class. It leaves
// nothing behind. Where a file system has no such locks, that of git's index
// must do.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : fd_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (fd_.is_open() && flock(fd_.get(), LOCK_EX) != 0 && errno == EINTR) {
    }
  }

 private:
  const UniqueFd fd_;
};

}  // namespace

absl::StatusOr<GitRepository> GitRepository::Open(const std::string& path,
                                                  const GitOptions& options) {
  std::string lines[2];
  const char* const questions[] = {"--show-toplevel", "--absolute-git-dir"};
  for (int i = 0; i < 2; ++i) {
    const absl::StatusOr<SubprocessResult> result =
        RunGit(path, {"rev-parse", questions[i]}, /*changes=*/false);
    CPPET_RETURN_IF_ERROR(WithPrefix(path, result.status()));
    if (!result->ok()) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, " is in no work tree of a git repository: ", Said(*result)));
    }
    lines[i] = std::string(WithoutLineEnd(result->standard_output));
  }
  return GitRepository(std::move(lines[0]), std::move(lines[1]), options);
}

absl::StatusOr<std::string> GitRepository::Git(
    std::vector<std::string> args) const {
  const std::string command = args[0];
  absl::StatusOr<SubprocessResult> result =
      RunGit(root_, std::move(args), /*changes=*/false);
  CPPET_RETURN_IF_ERROR(WithPrefix(root_, result.status()));
  if (!result->ok()) {
    return absl::UnknownError(
        absl::StrCat(root_, ": git ", command, ": ", Said(*result)));
  }
  if (result->output_cut) {
    return absl::ResourceExhaustedError(absl::StrCat(root_, ": git ", command,
                                                     " prints more than ",
                                                     kMaxOutput >> 20, " MiB"));
  }
  return std::move(result->standard_output);
}

absl::StatusOr<std::optional<GitCommit>> GitRepository::Head() const {
  CPPET_ASSIGN_OR_RETURN(
      const SubprocessResult head,
      RunGit(root_, {"rev-parse", "--verify", "--quiet", "HEAD"},
             /*changes=*/false));
  if (!head.ok()) return std::nullopt;
  GitCommit commit;
  commit.hexsha = std::string(WithoutLineEnd(head.standard_output));
  CPPET_ASSIGN_OR_RETURN(const std::string name_rev,
                         Git({"name-rev", commit.hexsha}));
  commit.name_rev = std::string(WithoutLineEnd(name_rev));
  CPPET_ASSIGN_OR_RETURN(
      const std::string shown,
      Git({"log", "-1", "--no-show-signature", "--no-color", "--no-notes",
           "--encoding=UTF-8", "--format=%ct %B", commit.hexsha}));
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(shown, absl::MaxSplits(' ', 1));
  if (!absl::SimpleAtoi(parts.first, &commit.committed_date)) {
    return absl::UnknownError(
        absl::StrCat(root_, ": git log shows no date of ", commit.hexsha));
  }
  commit.message =
      std::string(absl::StripTrailingAsciiWhitespace(parts.second));
  return commit;
}

absl::StatusOr<bool> GitRepository::HasChanges() const {
  CPPET_ASSIGN_OR_RETURN(
      const SubprocessResult status,
      RunGit(root_,
             {"status", "--porcelain", "-z", "--untracked-files=no",
              "--ignore-submodules=dirty"},
             /*changes=*/false));
  if (!status.ok()) {
    return absl::UnknownError(
        absl::StrCat(root_, ": git status: ", Said(status)));
  }
  return !status.standard_output.empty();
}

std::string GitRepository::IndexLock() const {
  return absl::StrCat(git_folder_, "/index.lock");
}

absl::Status GitRepository::CheckNothingUnfinished() const {
  CPPET_ASSIGN_OR_RETURN(
      const std::string in_conflict,
      Git({"diff", "--name-only", "--diff-filter=U", "--no-relative", "-z"}));
  if (!in_conflict.empty()) {
    const std::vector<std::string> files =
        absl::StrSplit(in_conflict, '\0', absl::SkipEmpty());
    return absl::FailedPreconditionError(absl::StrCat(
        root_, ": cannot commit: in conflict: ", absl::StrJoin(files, ", ")));
  }
  constexpr struct {
    const char* file;
    const char* what;
  } kUnfinished[] = {
      {"MERGE_HEAD", "merge"},          {"CHERRY_PICK_HEAD", "cherry-pick"},
      {"REVERT_HEAD", "revert"},        {"rebase-merge", "rebase"},
      {"rebase-apply", "rebase or am"},
  };
  for (const auto& [file, what] : kUnfinished) {
    if (!Exists(absl::StrCat(git_folder_, "/", file))) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(root_, ": cannot commit: a ", what, " is not finished"));
  }
  return absl::OkStatus();
}

absl::Status GitRepository::CheckIdentity() const {
  for (const char* who : {"GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"}) {
    CPPET_ASSIGN_OR_RETURN(const SubprocessResult result,
                           RunGit(root_, {"var", who}, /*changes=*/false));
    if (result.ok()) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        root_,
        ": cannot commit: git does not know who you are; set it by `git config "
        "user.name` and `git config user.email`: ",
        Said(result)));
  }
  return absl::OkStatus();
}

absl::Status GitRepository::CheckCanCommit() const {
  CPPET_ASSIGN_OR_RETURN(const bool has_changes, HasChanges());
  if (!has_changes) return absl::OkStatus();
  CPPET_RETURN_IF_ERROR(CheckNothingUnfinished());
  return CheckIdentity();
}

absl::Status GitRepository::CommitError(const std::string& said) const {
  std::vector<std::string> hooks;
  for (const char* hook : {"pre-commit", "prepare-commit-msg", "commit-msg"}) {
    CPPET_ASSIGN_OR_RETURN(
        const std::string path,
        Git({"rev-parse", "--git-path", absl::StrCat("hooks/", hook)}));
    // From root(), unless it is absolute.
    const std::string file(WithoutLineEnd(path));
    const std::string absolute =
        absl::StartsWith(file, "/") ? file : absl::StrCat(root_, "/", file);
    if (access(absolute.c_str(), X_OK) == 0) hooks.push_back(hook);
  }
  return absl::AbortedError(absl::StrCat(
      root_, ": git commit failed",
      hooks.empty() ? ""
                    : absl::StrCat(" (there are hooks that may refuse it: ",
                                   absl::StrJoin(hooks, ", "), ")"),
      ": ", said));
}

absl::Status GitRepository::CommitAll(const std::string& message) const {
  const absl::Time deadline = absl::Now() + options_.lock_timeout;
  while (true) {
    if (!Exists(IndexLock())) {
      // With --all, what is staged for it is forgotten if it fails.
      CPPET_ASSIGN_OR_RETURN(
          const SubprocessResult result,
          RunGit(root_, {"commit", "--quiet", "--all", "-m", message},
                 /*changes=*/true));
      if (result.ok()) return absl::OkStatus();
      // The name of the lock is the same in all languages.
      if (!absl::StrContains(result.standard_error, "index.lock")) {
        return CommitError(Said(result));
      }
    }
    if (absl::Now() >= deadline) {
      return absl::UnavailableError(absl::StrCat(
          root_,
          ": cannot commit: another git program is at work, or one was "
          "killed and left its lock, which you may remove then: ",
          IndexLock()));
    }
    absl::SleepFor(kLockTick);
  }
}

absl::StatusOr<std::optional<GitCommit>> GitRepository::CommitChanges(
    const std::string& message) const {
  const FolderLock lock(git_folder_);
  CPPET_ASSIGN_OR_RETURN(const bool has_changes, HasChanges());
  if (!has_changes) return std::nullopt;
  CPPET_RETURN_IF_ERROR(CheckNothingUnfinished());
  CPPET_RETURN_IF_ERROR(CheckIdentity());
  CPPET_RETURN_IF_ERROR(CommitAll(message));
  return Head();
}

absl::StatusOr<std::string> GitRepository::DiffOfHead(
    std::vector<std::string> args) const {
  CPPET_ASSIGN_OR_RETURN(
      const SubprocessResult head,
      RunGit(root_, {"rev-parse", "--verify", "--quiet", "HEAD"},
             /*changes=*/false));
  std::string base = "HEAD";
  if (!head.ok()) {
    // Standard input is empty, as is the tree of that name.
    CPPET_ASSIGN_OR_RETURN(base, Git({"hash-object", "-t", "tree", "--stdin"}));
    base = std::string(WithoutLineEnd(base));
  }
  args.insert(args.begin(), {"diff", "--no-color"});
  args.push_back(base);
  return Git(std::move(args));
}

absl::StatusOr<std::string> GitRepository::Diff() const {
  return DiffOfHead({});
}

absl::StatusOr<std::string> GitRepository::Patch() const {
  // Against what the user may have set for eyes to see.
  return DiffOfHead({"--binary", "--full-index", "--no-ext-diff",
                     "--no-textconv", "--no-relative", "--src-prefix=a/",
                     "--dst-prefix=b/", "--submodule=short",
                     "--ignore-submodules=dirty"});
}

absl::StatusOr<std::vector<std::string>> GitRepository::UntrackedFiles() const {
  CPPET_ASSIGN_OR_RETURN(
      const std::string files,
      Git({"ls-files", "--others", "--exclude-standard", "-z"}));
  return std::vector<std::string>(
      absl::StrSplit(files, '\0', absl::SkipEmpty()));
}

absl::StatusOr<std::string> GitRepository::User() const {
  CPPET_ASSIGN_OR_RETURN(
      const SubprocessResult result,
      RunGit(root_, {"var", "GIT_AUTHOR_IDENT"}, /*changes=*/false));
  if (!result.ok()) return std::string();
  // "Name <email> 1795561820 +0100"
  const absl::string_view who = result.standard_output;
  return std::string(who.substr(0, who.rfind('>') + 1));
}

}  // namespace cppet
