#ifndef CPPET_ENVIRONMENT_PROVENANCE_CODE_VERSION_H_
#define CPPET_ENVIRONMENT_PROVENANCE_CODE_VERSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/environment/options.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/vcs/git_repository.h"

namespace cppet {

// The version of an experiment's code, as the options git_* want it kept.
class CodeVersion {
 public:
  // Looks at `options.git_repository`, changing nothing.
  //
  // Errors, which name the option:
  //   Those of GitRepository::Open and GitRepository::CheckCanCommit.
  //   kFailedPrecondition: there are changes, and with git_mode kRefuse there
  //     must not be; or there is no commit, and nothing to commit.
  static absl::StatusOr<std::unique_ptr<CodeVersion>> Open(
      const EnvironmentOptions& options);

  // The topmost folder of the work tree.
  const std::string& root() const { return git_.root(); }
  // Whether there are no changes after Fix.
  bool commits() const { return mode_ == GitMode::kCommit; }

  // Makes sure of the version: commits the changes, or takes them down. Called
  // once. Returns the hexsha of a new commit, empty if there is none.
  //
  // Errors: those of Open and of GitRepository::CommitChanges.
  absl::StatusOr<std::string> Fix(const Trajectory& trajectory);

  // Adds what Fix found to config.git and to config.environment.<environment>.
  void AddConfig(absl::string_view environment, Trajectory& trajectory) const;

 private:
  CodeVersion(GitRepository git, const EnvironmentOptions& options)
      : git_(std::move(git)),
        mode_(options.git_mode),
        message_(options.git_message) {}

  absl::Status Check() const;
  std::string Message(const Trajectory& trajectory) const;

  GitRepository git_;
  GitMode mode_;
  std::string message_;

  std::optional<GitCommit> commit_;
  std::string patch_;
  std::vector<std::string> untracked_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_PROVENANCE_CODE_VERSION_H_
