#include "cppet/environment/provenance/code_version.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/base/time_format.h"
#include "cppet/base/utf8.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr char kOption[] = "EnvironmentOptions.git_repository";

// As text if it is; a file may be in any encoding.
Value TextOrBytes(const std::string& text) {
  if (IsValidUtf8(text)) return Value(text);
  return Value(Bytes{text});
}

Value TextsOrBytes(const std::vector<std::string>& texts) {
  if (std::all_of(texts.begin(), texts.end(), IsValidUtf8)) return Value(texts);
  std::vector<Bytes> bytes;
  for (const std::string& text : texts) bytes.push_back(Bytes{text});
  return Value(bytes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CodeVersion>> CodeVersion::Open(
    const EnvironmentOptions& options) {
  absl::StatusOr<GitRepository> git =
      GitRepository::Open(options.git_repository);
  CPPET_RETURN_IF_ERROR(WithPrefix(kOption, git.status()));
  std::unique_ptr<CodeVersion> version(
      new CodeVersion(*std::move(git), options));
  CPPET_RETURN_IF_ERROR(WithPrefix(kOption, version->Check()));
  return version;
}

absl::Status CodeVersion::Check() const {
  CPPET_ASSIGN_OR_RETURN(const bool has_changes, git_.HasChanges());
  if (!has_changes) {
    CPPET_ASSIGN_OR_RETURN(const std::optional<GitCommit> head, git_.Head());
    if (head.has_value()) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(
        root(),
        " has no commit yet, and no file is tracked; `git add` the code"));
  }
  switch (mode_) {
    case GitMode::kCommit:
      return git_.CheckCanCommit();
    case GitMode::kRecord:
      return absl::OkStatus();
    case GitMode::kRefuse:
      return absl::FailedPreconditionError(
          absl::StrCat(root(),
                       " has changes that are not committed, which "
                       "git_mode = refuse does not allow"));
  }
  return absl::OkStatus();
}

std::string CodeVersion::Message(const Trajectory& trajectory) const {
  std::string message = message_;
  if (!message.empty()) message += " -- ";
  absl::StrAppend(&message, "Trajectory: `", trajectory.name(), "`, Time: `",
                  trajectory.time(), "`");
  if (!trajectory.comment().empty()) {
    absl::StrAppend(&message, ", Comment: `", trajectory.comment(), "`");
  }
  return message;
}

absl::StatusOr<std::string> CodeVersion::Fix(const Trajectory& trajectory) {
  if (mode_ == GitMode::kCommit) {
    absl::StatusOr<std::optional<GitCommit>> made =
        git_.CommitChanges(Message(trajectory));
    CPPET_RETURN_IF_ERROR(WithPrefix(kOption, made.status()));
    if (made->has_value()) {
      commit_ = *std::move(made);
      return commit_->hexsha;
    }
  }
  CPPET_RETURN_IF_ERROR(WithPrefix(kOption, Check()));
  CPPET_ASSIGN_OR_RETURN(commit_, git_.Head());
  if (mode_ == GitMode::kRecord) {
    CPPET_ASSIGN_OR_RETURN(patch_, git_.Patch());
    CPPET_ASSIGN_OR_RETURN(untracked_, git_.UntrackedFiles());
  }
  return std::string();
}

void CodeVersion::AddConfig(absl::string_view environment,
                            Trajectory& trajectory) const {
  if (commit_.has_value()) {
    const std::string group =
        absl::StrCat("git.commit_", commit_->hexsha.substr(0, 7), "_",
                     FormatTime(commit_->committed_date), ".");
    // Of an earlier environment, if it is there.
    if (trajectory.tree().FindExact(absl::StrCat("config.", group, "hexsha")) ==
        nullptr) {
      trajectory.AddConfig(group + "hexsha", commit_->hexsha,
                           "SHA-1 of the commit of the code");
      trajectory.AddConfig(group + "name_rev", commit_->name_rev,
                           "The commit by the nearest branch or tag");
      trajectory.AddConfig(group + "committed_date", commit_->committed_date,
                           "When it was committed, in Unix time");
      trajectory.AddConfig(group + "message", commit_->message,
                           "Message of the commit");
    }
  }
  const auto add = [&](absl::string_view name, Value value,
                       absl::string_view comment) {
    trajectory
        .AddValue(absl::StrCat("config.environment.", environment, ".", name),
                  std::move(value), comment)
        .IgnoreError();  // it is in the status of the trajectory
  };
  add("git_commit", commit_.has_value() ? commit_->hexsha : "",
      "SHA-1 of the commit that was checked out");
  if (!patch_.empty()) {
    add("git_patch", TextOrBytes(patch_),
        "Changes since that commit, for `git apply`");
  }
  if (!untracked_.empty()) {
    add("git_untracked", TextsOrBytes(untracked_),
        "Files that git did not track");
  }
}

}  // namespace cppet
