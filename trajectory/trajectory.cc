#include "cppet/trajectory/trajectory.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/time_format.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/value_check.h"

namespace cppet {
namespace {

// The run table of the file counts runs in 32 bits.
constexpr int64_t kMaxRuns = std::numeric_limits<int32_t>::max();
// Of the text that names the values of a run.
constexpr size_t kMaxSummaryValue = 512;
constexpr size_t kMaxRuntime = 18;

// "parameters.a.x" -> "parameters.a" and "x".
std::pair<std::string, std::string> SplitName(absl::string_view full_name) {
  const size_t dot = full_name.rfind('.');
  if (dot == absl::string_view::npos) return {"", std::string(full_name)};
  return {std::string(full_name.substr(0, dot)),
          std::string(full_name.substr(dot + 1))};
}

// The range in the type of `parameter`: Python has one int, so an int64_t may
// stand for an int32_t that it fits.
absl::StatusOr<Range> FittingRange(const Parameter& parameter,
                                   const Range& range) {
  const Value& model = *parameter.value();
  std::vector<Value> samples(range.listed().begin(), range.listed().end());
  if (samples.empty()) samples = {range[0], range[range.size() - 1]};
  bool convert = false;
  for (const Value& sample : samples) {
    if (sample.SameType(model)) continue;
    const bool both_int = model.is_scalar() && sample.is_scalar() &&
                          model.type_name() == "int" &&
                          sample.type_name() == "int";
    if (!both_int || !sample.WithDType(model.dtype()).ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          parameter.full_name(), " is of type ", model.TypeDescription(),
          " and cannot take the value ", PythonRepr(sample, 40), " of type ",
          sample.TypeDescription()));
    }
    convert = true;
  }
  if (!convert) return range;
  return range.Mapped([dtype = model.dtype()](const Value& value) {
    absl::StatusOr<Value> converted = value.WithDType(dtype);
    return converted.ok() ? *converted : value;
  });
}

}  // namespace

Trajectory::Trajectory(std::string name, std::string comment)
    : name_(std::move(name)),
      comment_(std::move(comment)),
      timestamp_(UnixNow()),
      status_(CheckTrajectoryName(name_)) {}

std::string Trajectory::time() const { return FormatTime(timestamp_); }

absl::Status Trajectory::Keep(absl::Status status) {
  if (status_.ok()) status_ = status;
  return status;
}

Parameter* Trajectory::AddParameterNode(absl::string_view branch,
                                        absl::string_view name, Value value,
                                        absl::string_view comment,
                                        std::string* full_name) {
  *full_name = FullName(branch, name, kNoRunIndex);
  const auto add = [&]() -> absl::StatusOr<Parameter*> {
    CPPET_RETURN_IF_ERROR(CheckParameterValue(*full_name, value));
    CPPET_RETURN_IF_ERROR(CheckComment(*full_name, comment));
    auto [parent, last] = SplitName(*full_name);
    auto parameter =
        std::make_unique<Parameter>(std::move(last), std::move(value));
    parameter->set_comment(comment);
    CPPET_ASSIGN_OR_RETURN(Node * node,
                           tree_.Add(parent, std::move(parameter)));
    return static_cast<Parameter*>(node);
  };
  const absl::StatusOr<Parameter*> parameter = add();
  if (parameter.ok()) return *parameter;
  Keep(parameter.status()).IgnoreError();
  return nullptr;
}

absl::Status Trajectory::AddValue(absl::string_view full_name, Value value,
                                  absl::string_view comment) {
  const absl::Status before = std::exchange(status_, absl::OkStatus());
  const auto [branch, rest] =
      std::pair(full_name.substr(0, full_name.find('.')), full_name);
  std::string whole;
  AddParameterNode(branch, rest, std::move(value), comment, &whole);
  absl::Status status = std::exchange(status_, before);
  return Keep(std::move(status));
}

absl::Status Trajectory::AddResult(absl::string_view name, Value value,
                                   absl::string_view comment) {
  return AddResult(name, Items{{SplitName(name).second, std::move(value)}},
                   comment);
}

absl::Status Trajectory::AddResult(absl::string_view name, Items items,
                                   absl::string_view comment) {
  const std::string full_name = FullName("results", name, kNoRunIndex);
  const auto add = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(CheckItems(full_name, items));
    CPPET_RETURN_IF_ERROR(CheckComment(full_name, comment));
    auto [parent, last] = SplitName(full_name);
    auto result = std::make_unique<Result>(std::move(last), std::move(items));
    result->set_comment(comment);
    return tree_.Add(parent, std::move(result)).status();
  };
  return Keep(add());
}

absl::Status Trajectory::AddGroup(absl::string_view full_name,
                                  absl::string_view comment) {
  absl::Status status = CheckComment(full_name, comment);
  if (status.ok()) {
    absl::StatusOr<Group*> group = tree_.AddGroup(full_name);
    status = group.status();
    if (group.ok() && !comment.empty()) (*group)->set_comment(comment);
  }
  return Keep(std::move(status));
}

absl::Status Trajectory::Explore(const Space& space) {
  const auto explore = [&]() -> absl::Status {
    CPPET_RETURN_IF_ERROR(status_);
    CPPET_RETURN_IF_ERROR(space.status());
    if (space.size() == 0) {
      return absl::InvalidArgumentError("there are no points to explore");
    }
    if (space.size() > kMaxRuns) {
      return absl::ResourceExhaustedError(
          absl::StrCat(space.size(), " points to explore are more than ",
                       kMaxRuns, ", the most runs of a trajectory"));
    }
    if (!explored_.empty() && space.size() != length_) {
      return absl::InvalidArgumentError(absl::StrCat(
          "ranges of length ", space.size(),
          " do not go with the present exploration of ", length_, " runs"));
    }
    for (const auto& [index, info] : run_infos_) {
      if (info.completed) {
        return absl::FailedPreconditionError(
            absl::StrCat(name_,
                         " has completed runs already, so its "
                         "exploration cannot change"));
      }
    }
    std::vector<std::pair<Parameter*, Range>> found;
    for (const Axis& axis : space.axes()) {
      CPPET_ASSIGN_OR_RETURN(Node * node, tree_.Find(axis.parameter));
      if (node->kind() != Node::Kind::kParameter) {
        return absl::InvalidArgumentError(absl::StrCat(
            axis.parameter, " is no parameter and cannot be explored"));
      }
      auto* parameter = static_cast<Parameter*>(node);
      if (parameter->explored()) {
        return absl::FailedPreconditionError(
            absl::StrCat(parameter->full_name(), " is explored already"));
      }
      if (!parameter->value().has_value()) {
        return absl::FailedPreconditionError(absl::StrCat(
            parameter->full_name(), " has no value that could be explored"));
      }
      for (const auto& [other, range] : found) {
        if (other == parameter) {
          return absl::InvalidArgumentError(
              absl::StrCat(parameter->full_name(), " is explored twice"));
        }
      }
      CPPET_ASSIGN_OR_RETURN(Range range, FittingRange(*parameter, axis.range));
      found.emplace_back(parameter, std::move(range));
    }
    for (auto& [parameter, range] : found) {
      parameter->SetRange(std::move(range));
      explored_.push_back(parameter);
    }
    length_ = space.size();
    return absl::OkStatus();
  };
  return Keep(explore());
}

RunInfo Trajectory::run_info(int64_t index) const {
  if (const auto it = run_infos_.find(index); it != run_infos_.end()) {
    return it->second;
  }
  RunInfo info;
  info.index = index;
  info.name = RunName(index);
  return info;
}

bool Trajectory::completed(int64_t index) const {
  const auto it = run_infos_.find(index);
  return it != run_infos_.end() && it->second.completed;
}

std::string Trajectory::ParameterSummary(int64_t index) const {
  std::string summary;
  for (const Parameter* parameter : explored_) {
    const bool taken = summary.find(parameter->name()) != std::string::npos;
    absl::StrAppend(&summary, summary.empty() ? "" : ",   ",
                    taken ? parameter->full_name() : parameter->name(), ": ",
                    PythonRepr(parameter->ValueAt(index), kMaxSummaryValue));
  }
  return summary;
}

absl::StatusOr<Value> Trajectory::GetValue(absl::string_view name,
                                           int64_t index) const {
  CPPET_ASSIGN_OR_RETURN(const Node* node,
                         tree_.Find(ExpandPlaceholders(name, index)));
  if (node->kind() == Node::Kind::kParameter) {
    const auto& parameter = static_cast<const Parameter&>(*node);
    parameter.Lock();
    if (index != kNoRunIndex && parameter.explored()) {
      return parameter.ValueAt(index);
    }
    if (parameter.value().has_value()) return *parameter.value();
    return absl::FailedPreconditionError(absl::StrCat(
        parameter.full_name(), " is empty, or its value is not loaded"));
  }
  if (node->kind() == Node::Kind::kResult) {
    const auto& result = static_cast<const Result&>(*node);
    if (result.items().size() == 1) return result.items()[0].second;
    if (result.items().empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          result.full_name(), " is empty, or its data is not loaded"));
    }
    return absl::InvalidArgumentError(
        absl::StrCat(result.full_name(), " has several items: ",
                     absl::StrJoin(result.items(), ", ",
                                   [](std::string* out, const auto& item) {
                                     absl::StrAppend(out, item.first);
                                   })));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(node->full_name(), " is a group and has no value"));
}

absl::Status Trajectory::Set(absl::string_view name, Value value) {
  CPPET_ASSIGN_OR_RETURN(Node * node, tree_.Find(name));
  if (node->kind() != Node::Kind::kParameter) {
    return absl::InvalidArgumentError(
        absl::StrCat(node->full_name(), " is no parameter"));
  }
  CPPET_RETURN_IF_ERROR(CheckParameterValue(node->full_name(), value));
  return static_cast<Parameter*>(node)->Set(std::move(value));
}

void Trajectory::LockParameters() {
  for (const absl::string_view branch : {"parameters", "derived_parameters"}) {
    const Node* group = root().Child(branch);
    if (group == nullptr) continue;
    VisitNodes(*group, [](const Node& node) {
      if (node.kind() == Node::Kind::kParameter) {
        static_cast<const Parameter&>(node).Lock();
      }
    });
  }
}

void Trajectory::set_run_infos(std::vector<RunInfo> infos) {
  length_ = std::max<int64_t>(1, infos.size());
  run_infos_.clear();
  for (RunInfo& info : infos) {
    const int64_t index = info.index;
    run_infos_[index] = std::move(info);
  }
}

void Trajectory::set_explored_names(std::vector<std::string> names) {
  explored_.clear();
  unloaded_explored_.clear();
  for (std::string& name : names) {
    Node* node = tree_.FindExact(name);
    const bool loaded = node != nullptr &&
                        node->kind() == Node::Kind::kParameter &&
                        static_cast<Parameter*>(node)->explored();
    if (loaded) {
      explored_.push_back(static_cast<Parameter*>(node));
    } else {
      unloaded_explored_.push_back(std::move(name));
    }
  }
}

std::vector<std::string> Trajectory::explored_names() const {
  std::vector<std::string> names = unloaded_explored_;
  for (const Parameter* parameter : explored_) {
    names.push_back(parameter->full_name());
  }
  return names;
}

void Trajectory::NoteRun(const RunRecord& record) {
  RunInfo& info = run_infos_[record.index];
  info.index = record.index;
  info.name = RunName(record.index);
  info.timestamp = record.start_timestamp;
  info.finish_timestamp = record.finish_timestamp;
  info.runtime =
      FormatDuration(record.finish_timestamp - record.start_timestamp)
          .substr(0, kMaxRuntime);
  info.time = FormatTime(record.start_timestamp);
  info.completed = record.completed;
  info.parameter_summary = ParameterSummary(record.index);
  info.short_environment_hexsha = record.environment_hexsha;
}

}  // namespace cppet
