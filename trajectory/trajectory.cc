#include "cppet/trajectory/trajectory.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/time_format.h"
#include "cppet/trajectory/adding.h"
#include "cppet/trajectory/fitting.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {

Trajectory::Trajectory(std::string name, std::string comment)
    : name_(std::move(name)),
      comment_(std::move(comment)),
      timestamp_(UnixNow()),
      status_(CheckTrajectoryName(name_)),
      exploration_(tree_) {}

std::string Trajectory::time() const { return FormatTime(timestamp_); }

absl::Status Trajectory::Keep(absl::Status status) {
  if (status_.ok()) status_ = status;
  return status;
}

absl::Status Trajectory::CheckNoRun(absl::string_view change) {
  if (!in_run_) return absl::OkStatus();
  absl::Status status = absl::FailedPreconditionError(
      absl::StrCat("it tried ", change, " in the trajectory ", name_,
                   ", of which runs change nothing: what they find out goes "
                   "into their cppet::Run"));
  run_status_.Update(status);
  return status;
}

void Trajectory::BeginRun() {
  in_run_ = true;
  run_status_ = absl::OkStatus();
}

absl::Status Trajectory::EndRun() {
  in_run_ = false;
  return run_status_;
}

void Trajectory::set_comment(std::string comment) {
  if (CheckNoRun("to set the comment").ok()) comment_ = std::move(comment);
}

// The preset of that name, which is to be of the type of `value`, or `value`.
absl::StatusOr<Value> Trajectory::PresetOr(absl::string_view full_name,
                                           Value value) const {
  const Value* preset = presets_.Find(full_name);
  if (preset == nullptr) return value;
  return FitValue(full_name, value, *preset);
}

Parameter* Trajectory::AddChecked(absl::string_view branch,
                                  absl::string_view full_name, Value value,
                                  absl::string_view comment) {
  if (!CheckNoRun(absl::StrCat("to add ", full_name)).ok()) return nullptr;
  const auto add = [&]() -> absl::StatusOr<Parameter*> {
    CPPET_RETURN_IF_ERROR(CheckBranch(full_name, branch));
    CPPET_ASSIGN_OR_RETURN(value, PresetOr(full_name, std::move(value)));
    return cppet::AddParameter(tree_, full_name, std::move(value), comment);
  };
  const absl::StatusOr<Parameter*> parameter = add();
  if (!parameter.ok()) {
    Keep(parameter.status()).IgnoreError();
    return nullptr;
  }
  presets_.MarkUsed(full_name);
  return *parameter;
}

absl::Status Trajectory::AddValue(absl::string_view full_name, Value value,
                                  absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to add ", full_name)));
  const std::string expanded = ExpandPlaceholders(full_name, kNoRun);
  absl::StatusOr<Value> used = PresetOr(expanded, std::move(value));
  if (!used.ok()) return Keep(used.status());
  absl::Status status =
      AddLeaf(tree_, expanded, *std::move(used), comment).status();
  if (status.ok()) presets_.MarkUsed(expanded);
  return Keep(std::move(status));
}

absl::Status Trajectory::AddResult(absl::string_view name, Value value,
                                   absl::string_view comment) {
  return AddResult(name, Items{{std::string(LastPart(name)), std::move(value)}},
                   comment);
}

absl::Status Trajectory::AddResult(absl::string_view name, Items items,
                                   absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to add ", name)));
  const std::string full_name = FullName("results", name, kNoRun);
  return Keep(
      cppet::AddResult(tree_, full_name, std::move(items), comment).status());
}

absl::Status Trajectory::AddGroup(absl::string_view full_name,
                                  absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to add ", full_name)));
  return Keep(
      cppet::AddGroup(tree_, ExpandPlaceholders(full_name, kNoRun), comment)
          .status());
}

absl::Status Trajectory::AddGroupBelow(absl::string_view branch,
                                       absl::string_view name,
                                       absl::string_view comment) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to add ", name)));
  const std::string full_name = FullName(branch, name, kNoRun);
  absl::Status status = CheckBranch(full_name, branch);
  if (!status.ok()) return Keep(std::move(status));
  return AddGroup(full_name, comment);
}

absl::Status Trajectory::AddParameterGroup(absl::string_view name,
                                           absl::string_view comment) {
  return AddGroupBelow("parameters", name, comment);
}

absl::Status Trajectory::AddDerivedParameterGroup(absl::string_view name,
                                                  absl::string_view comment) {
  return AddGroupBelow("derived_parameters", name, comment);
}

absl::Status Trajectory::AddResultGroup(absl::string_view name,
                                        absl::string_view comment) {
  return AddGroupBelow("results", name, comment);
}

absl::Status Trajectory::AddConfigGroup(absl::string_view name,
                                        absl::string_view comment) {
  return AddGroupBelow("config", name, comment);
}

absl::Status Trajectory::AddLink(absl::string_view full_name,
                                 absl::string_view target) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to add ", full_name)));
  const absl::StatusOr<Node*> node = tree_.Find(target);
  if (!node.ok()) return Keep(node.status());
  return Keep(tree_.AddLink(ExpandPlaceholders(full_name, kNoRun), **node));
}

absl::Status Trajectory::Preset(absl::string_view branch,
                                absl::string_view name, Value value) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to preset ", name)));
  const std::string full_name = FullName(branch, name, kNoRun);
  const auto preset = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckBranch(full_name, branch));
    CPPET_RETURN_IF_ERROR(CheckParameterValue(full_name, value));
    if (tree_.FindExact(full_name) != nullptr) {
      return absl::AlreadyExistsError(absl::StrCat(
          full_name, " was added already and cannot be preset; set it"));
    }
    CPPET_RETURN_IF_ERROR(tree_.CheckFree(full_name));
    presets_.Add(full_name, std::move(value));
    return absl::OkStatus();
  };
  return Keep(preset());
}

absl::Status Trajectory::PresetParameter(absl::string_view name, Value value) {
  return Preset("parameters", name, std::move(value));
}

absl::Status Trajectory::PresetConfig(absl::string_view name, Value value) {
  return Preset("config", name, std::move(value));
}

absl::StatusOr<Parameter*> Trajectory::FindParameter(
    absl::string_view name) const {
  CPPET_ASSIGN_OR_RETURN(Node * node, tree_.Find(name));
  if (node->kind() != Node::Kind::kParameter) {
    return absl::InvalidArgumentError(
        absl::StrCat(node->full_name(), " is no parameter"));
  }
  return static_cast<Parameter*>(node);
}

absl::Status Trajectory::Set(absl::string_view name, Value value) {
  CPPET_ASSIGN_OR_RETURN(Parameter * parameter, FindParameter(name));
  // A locked one refuses by itself, in a run as elsewhere.
  if (!parameter->locked()) {
    CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to set ", name)));
  }
  CPPET_RETURN_IF_ERROR(CheckParameterValue(parameter->full_name(), value));
  return parameter->Set(std::move(value));
}

absl::Status Trajectory::Unlock(absl::string_view name) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to unlock ", name)));
  CPPET_ASSIGN_OR_RETURN(Parameter * parameter, FindParameter(name));
  parameter->Unlock();
  return absl::OkStatus();
}

void Trajectory::LockBranch(absl::string_view branch) {
  const Node* group = root().Child(branch);
  if (group == nullptr) return;
  VisitNodes(*group, [](const Node& node) {
    if (node.kind() == Node::Kind::kParameter) {
      static_cast<const Parameter&>(node).Lock();
    }
  });
}

void Trajectory::LockParameters() { LockBranch("parameters"); }

void Trajectory::LockDerivedParameters() { LockBranch("derived_parameters"); }

absl::Status Trajectory::Remove(absl::string_view name, bool recursive) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to remove ", name)));
  FindOptions options;
  options.with_links = false;
  CPPET_ASSIGN_OR_RETURN(Node * node, tree_.Find(name, options));
  CPPET_RETURN_IF_ERROR(exploration_.CheckRemovable(*node));
  CPPET_RETURN_IF_ERROR(tree_.Remove(*node, recursive));
  exploration_.NoteRemoval();
  return absl::OkStatus();
}

absl::Status Trajectory::RemoveLink(absl::string_view full_name) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to remove ", full_name)));
  return tree_.RemoveLink(full_name);
}

absl::Status Trajectory::Rename(absl::string_view full_name,
                                absl::string_view name) {
  CPPET_RETURN_IF_ERROR(CheckNoRun(absl::StrCat("to rename ", full_name)));
  Node* node = tree_.FindExact(full_name);
  if (node == nullptr) {
    return absl::NotFoundError(absl::StrCat("there is no ", full_name));
  }
  if (stored_) {
    return absl::FailedPreconditionError(
        absl::StrCat(full_name, " cannot be renamed: ", name_,
                     " is stored, and its file has that name"));
  }
  return tree_.Rename(*node, name);
}

absl::Status Trajectory::Explore(const Space& space) {
  CPPET_RETURN_IF_ERROR(CheckNoRun("to explore"));
  const auto explore = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(status_);
    if (run_states_.completed() > 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(name_,
                       " has completed runs already, so its exploration "
                       "can be expanded, but not changed"));
    }
    return exploration_.Explore(space);
  };
  return Keep(explore());
}

absl::Status Trajectory::Expand(const Space& space) {
  CPPET_RETURN_IF_ERROR(CheckNoRun("to expand"));
  // The first exploration changes the only run that there is until then.
  if (explored_names().empty()) return Explore(space);
  CPPET_RETURN_IF_ERROR(status_);
  return Keep(exploration_.Expand(space));
}

absl::Status Trajectory::Shrink(bool force) {
  CPPET_RETURN_IF_ERROR(CheckNoRun("to shrink"));
  if (stored_ && !force) {
    return absl::FailedPreconditionError(
        absl::StrCat(name_, " is stored, so it cannot shrink unless forced"));
  }
  exploration_.Clear();
  run_states_.Restore({});
  return absl::OkStatus();
}

void Trajectory::SetLoader(Loader loader) {
  if (loader == nullptr) return tree_.SetLoader(nullptr);
  tree_.SetLoader(
      [this, loader = std::move(loader)](const std::string& full_name) {
        return loader(*this, full_name);
      });
}

void Trajectory::set_stored(bool stored) {
  stored_ = stored;
  if (stored) exploration_.MarkSaved();
}

void Trajectory::set_run_infos(std::vector<RunInfo> infos) {
  exploration_.set_length(std::max<int64_t>(1, infos.size()));
  run_states_.Restore(std::move(infos));
}

void Trajectory::set_run_states(int64_t length, RunStates states) {
  exploration_.set_length(std::max<int64_t>(1, length));
  run_states_ = std::move(states);
}

}  // namespace cppet
