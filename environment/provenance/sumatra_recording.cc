#include "cppet/environment/provenance/sumatra_recording.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_prefix.h"
#include "cppet/environment/provenance/parameters_json.h"
#include "cppet/vcs/git_repository.h"

namespace cppet {
namespace {

constexpr char kOption[] = "EnvironmentOptions.sumatra_project";
constexpr char kGit[] = "GitRepository";

// Why the experiment is done, and what it explores.
std::string WholeReason(const std::string& reason,
                        const Trajectory& trajectory) {
  std::string whole = reason;
  if (!whole.empty()) whole += " -- ";
  absl::StrAppend(&whole, "Trajectory ", trajectory.name());
  if (!trajectory.comment().empty()) {
    absl::StrAppend(&whole, " (`", trajectory.comment(), "`)");
  }
  // As Python writes a list; names have nothing to escape.
  std::vector<std::string> names;
  for (const std::string& name : trajectory.explored_names()) {
    names.push_back(absl::StrCat("'", name, "'"));
  }
  absl::StrAppend(&whole, " -- Explored Parameters: [",
                  absl::StrJoin(names, ", "), "]");
  return whole;
}

// The arguments that this program was started with.
std::string ProgramArguments() {
  const absl::StatusOr<std::string> line = ReadFile("/proc/self/cmdline");
  if (!line.ok()) return "";
  std::vector<absl::string_view> arguments = absl::StrSplit(
      absl::StripSuffix(*line, absl::string_view("\0", 1)), '\0');
  arguments.erase(arguments.begin());
  return absl::StrJoin(arguments, " ");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SumatraRecording>> SumatraRecording::Open(
    const EnvironmentOptions& options, const std::string& code_root) {
  absl::StatusOr<std::unique_ptr<SumatraProject>> project =
      SumatraProject::Open(options.sumatra_project);
  CPPET_RETURN_IF_ERROR(WithPrefix(kOption, project.status()));
  std::unique_ptr<SumatraRecording> recording(
      new SumatraRecording(*std::move(project), options));
  CPPET_RETURN_IF_ERROR(recording->CheckLabel());
  const std::string& folder = recording->project_->folder();
  const std::string& type = recording->project_->repository_type();
  if (type != kGit) {
    return absl::FailedPreconditionError(
        absl::StrCat(kOption, ": ", folder, ": its code is in a ", type,
                     ", and only git's can be looked at"));
  }
  const absl::StatusOr<GitRepository> git = GitRepository::Open(folder);
  // What is committed soon is clean then.
  if (!code_root.empty() && git.ok() && git->root() == code_root) {
    return recording;
  }
  CPPET_RETURN_IF_ERROR(recording->TakeCode());
  return recording;
}

absl::Status SumatraRecording::CheckLabel() const {
  if (label_.empty()) return absl::OkStatus();
  return WithPrefix("EnvironmentOptions.sumatra_label",
                    project_->CheckLabel(label_));
}

absl::Status SumatraRecording::TakeCode() {
  absl::StatusOr<GitRepository> git = GitRepository::Open(project_->folder());
  CPPET_RETURN_IF_ERROR(WithPrefix(kOption, git.status()));
  CPPET_ASSIGN_OR_RETURN(const std::optional<GitCommit> head, git->Head());
  if (!head.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(kOption, ": ", git->root(), " has no commit yet"));
  }
  CPPET_ASSIGN_OR_RETURN(const std::string diff, git->Diff());
  CPPET_ASSIGN_OR_RETURN(const bool has_changes, git->HasChanges());
  if ((has_changes || !diff.empty()) && !project_->stores_diff()) {
    return absl::FailedPreconditionError(absl::StrCat(
        kOption, ": ", git->root(),
        " has changes that are not committed, and the project ",
        project_->name(),
        " wants none (`smt configure --on-changed=store-diff` lets it keep "
        "them)"));
  }
  record_.version = head->hexsha;
  record_.diff = std::string(absl::StripSuffix(diff, "\n"));
  CPPET_ASSIGN_OR_RETURN(record_.user, git->User());
  return absl::OkStatus();
}

absl::Status SumatraRecording::Begin(double start) {
  CPPET_RETURN_IF_ERROR(CheckLabel());
  record_ = SumatraRecord();
  record_.timestamp = start;
  return TakeCode();
}

absl::Status SumatraRecording::Finish(
    double finish, const RunOutcome& outcome, const std::string& file,
    StorageService* storage, const std::function<absl::Status()>& store,
    Trajectory& trajectory) {
  record_.label = label_;
  record_.reason = WholeReason(reason_, trajectory);
  record_.duration = finish - record_.timestamp;
  record_.script_arguments = ProgramArguments();
  record_.parameters = ParametersJson(trajectory);
  record_.output_files.clear();
  if (!file.empty()) record_.output_files.push_back(file);
  if (!outcome.failures().empty()) {
    record_.outcome = absl::StrCat(outcome.failures().size(), " of ",
                                   trajectory.length(), " runs failed");
  }
  std::string group;
  absl::Status noted;
  const auto note_in_config = [&](const std::string& label) -> absl::Status {
    group = absl::StrCat("config.sumatra.record_", label);
    CPPET_RETURN_IF_ERROR(trajectory.AddValue(group + ".label", label,
                                              "Label of the Sumatra record"));
    CPPET_RETURN_IF_ERROR(
        trajectory.AddValue(group + ".reason", reason_,
                            "Why the experiment was done, as it was said"));
    return storage == nullptr ? absl::OkStatus() : store();
  };
  const auto note = [&](const std::string& label) {
    noted = note_in_config(label);
    return noted;
  };
  const absl::Status added = project_->AddRecord(record_, note).status();
  // The project says by kInternal that the record is there; what failed here
  // may have any code.
  const bool is_there = added.ok() || (noted.ok() && absl::IsInternal(added));
  if (!is_there && !group.empty()) {
    if (storage != nullptr) {
      DeleteOptions all;
      all.recursive = true;
      storage->DeleteItems(trajectory, {group}, all).IgnoreError();
      storage->Close().IgnoreError();
    }
    trajectory.Remove(group, /*recursive=*/true).IgnoreError();
  }
  return added;
}

}  // namespace cppet
