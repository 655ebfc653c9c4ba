#include "cppet/tools/lib/plan.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/tools/lib/axis_spec.h"
#include "cppet/tools/lib/bazel_label.h"
#include "cppet/tools/lib/literal.h"
#include "cppet/tools/lib/value_json.h"
#include "cppet/tools/lib/yaml_literal.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr size_t kMaxDifferences = 5;
constexpr size_t kQuotedSize = 40;

absl::Status ErrorAt(absl::string_view where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

absl::Status AddParameters(const Spec& spec, Trajectory& trajectory) {
  CPPET_RETURN_IF_ERROR(trajectory.status());
  for (const ParameterSpec& parameter : spec.parameters) {
    const absl::Status status =
        trajectory.AddValue(absl::StrCat("parameters.", parameter.name),
                            parameter.value.value, parameter.comment);
    if (!status.ok()) return ErrorAt(parameter.where, status.message());
  }
  return absl::OkStatus();
}

absl::StatusOr<const Parameter*> FindParameter(const Trajectory& trajectory,
                                               absl::string_view name,
                                               absl::string_view where) {
  const absl::StatusOr<Node*> node = trajectory.tree().Find(name);
  if (!node.ok()) return ErrorAt(where, node.status().message());
  if ((*node)->kind() != Node::Kind::kParameter) {
    return ErrorAt(where,
                   absl::StrCat((*node)->full_name(), " is no parameter"));
  }
  return static_cast<const Parameter*>(*node);
}

absl::Status ApplySet(absl::string_view flag, const Trajectory& names,
                      Spec& spec) {
  const std::string where = absl::StrCat("--set=", flag);
  const size_t equals = flag.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return ErrorAt(where, "not NAME=VALUE");
  }
  CPPET_ASSIGN_OR_RETURN(const Parameter* parameter,
                         FindParameter(names, flag.substr(0, equals), where));
  absl::StatusOr<Literal> literal = ParseLiteral(flag.substr(equals + 1));
  if (!literal.ok()) return ErrorAt(where, literal.status().message());
  absl::StatusOr<Value> value = FitLiteral(*literal, *parameter->value());
  if (!value.ok()) return ErrorAt(where, value.status().message());
  for (ParameterSpec& candidate : spec.parameters) {
    if (absl::StrCat("parameters.", candidate.name) != parameter->full_name()) {
      continue;
    }
    candidate.value.value = *std::move(value);
    break;
  }
  return absl::OkStatus();
}

absl::Status ApplyExplore(absl::string_view flag, const Trajectory& names,
                          Spec& spec) {
  CPPET_ASSIGN_OR_RETURN(AxisSpec axis, ParseAxisFlag(flag));
  CPPET_ASSIGN_OR_RETURN(const Parameter* parameter,
                         FindParameter(names, axis.parameter, axis.where));
  for (AxisSpec& other : spec.axes) {
    CPPET_ASSIGN_OR_RETURN(const Parameter* explored,
                           FindParameter(names, other.parameter, other.where));
    if (explored == parameter) {
      other = std::move(axis);
      return absl::OkStatus();
    }
  }
  spec.axes.push_back(std::move(axis));
  return absl::OkStatus();
}

// The parameters of `trajectory` by their full names.
std::map<std::string, const Parameter*> Parameters(
    const Trajectory& trajectory) {
  std::map<std::string, const Parameter*> parameters;
  const Node* branch = trajectory.root().Child("parameters");
  if (branch == nullptr) return parameters;
  VisitNodes(*branch, [&](const Node& node) {
    if (node.kind() == Node::Kind::kParameter) {
      parameters[node.full_name()] = static_cast<const Parameter*>(&node);
    }
  });
  return parameters;
}

// Whether both are the same in Python, whose ints have one type for all sizes.
bool SameInPython(const Value& a, const Value& b) {
  return a == b || ValueJson(a) == ValueJson(b);
}

// What is different in `loaded`, "" if nothing is.
std::string Difference(const Parameter& built, const Parameter* loaded) {
  if (loaded == nullptr || !loaded->value().has_value()) {
    return absl::StrCat(built.full_name(), " is not in the file");
  }
  if (!SameInPython(*built.value(), *loaded->value())) {
    return absl::StrCat(
        built.full_name(), " is ", PythonRepr(*loaded->value(), kQuotedSize),
        " in the file, but ", PythonRepr(*built.value(), kQuotedSize), " here");
  }
  if (built.explored() != loaded->explored()) {
    return absl::StrCat(built.full_name(),
                        built.explored()
                            ? " is explored here, but not in the file"
                            : " is explored in the file, but not here");
  }
  if (!built.explored()) return "";
  if (built.range()->size() != loaded->range()->size()) {
    return absl::StrCat(built.full_name(), " has ", loaded->range()->size(),
                        " points in the file, but ", built.range()->size(),
                        " here");
  }
  for (int64_t i = 0; i < built.range()->size(); ++i) {
    if (SameInPython(built.ValueAt(i), loaded->ValueAt(i))) continue;
    return absl::StrCat(built.full_name(), " is ",
                        PythonRepr(loaded->ValueAt(i), kQuotedSize),
                        " for run ", i, " in the file, but ",
                        PythonRepr(built.ValueAt(i), kQuotedSize), " here");
  }
  return "";
}

}  // namespace

absl::Status ApplyFlags(const std::vector<std::string>& sets,
                        const std::vector<std::string>& explores, Spec& spec) {
  if (sets.empty() && explores.empty()) return absl::OkStatus();
  Trajectory names(spec.environment.trajectory);
  CPPET_RETURN_IF_ERROR(AddParameters(spec, names));
  for (const std::string& flag : sets) {
    CPPET_RETURN_IF_ERROR(ApplySet(flag, names, spec));
  }
  for (const std::string& flag : explores) {
    CPPET_RETURN_IF_ERROR(ApplyExplore(flag, names, spec));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Trajectory>> BuildTrajectory(const Spec& spec) {
  auto trajectory = std::make_unique<Trajectory>(spec.environment.trajectory,
                                                 spec.environment.comment);
  if (spec.environment.add_time) {
    const std::string time = trajectory->time();
    trajectory = std::make_unique<Trajectory>(
        absl::StrCat(spec.environment.trajectory, "_", time),
        spec.environment.comment);
  }
  CPPET_RETURN_IF_ERROR(AddParameters(spec, *trajectory));
  if (spec.axes.empty()) return trajectory;
  std::vector<Axis> axes;
  for (const AxisSpec& axis : spec.axes) {
    CPPET_ASSIGN_OR_RETURN(
        const Parameter* parameter,
        FindParameter(*trajectory, axis.parameter, axis.where));
    CPPET_ASSIGN_OR_RETURN(Range range, MakeRange(axis, *parameter->value()));
    axes.push_back({parameter->full_name(), std::move(range)});
  }
  const absl::Status status =
      trajectory->Explore(spec.cartesian ? CartesianProduct(std::move(axes))
                                         : Zip(std::move(axes)));
  if (!status.ok()) return ErrorAt(spec.axes[0].where, status.message());
  return trajectory;
}

absl::Status OrderRuns(const Trajectory& trajectory, Spec& spec) {
  if (spec.longest_first.empty()) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(
      const Parameter* parameter,
      FindParameter(trajectory, spec.longest_first, spec.longest_first_where));
  const std::string name = parameter->full_name();
  if (!parameter->value()->As<double>().ok()) {
    return ErrorAt(spec.longest_first_where,
                   absl::StrCat(name, " is no number"));
  }
  spec.environment.expected_duration = [name](const RunView& run) {
    return run.Get<double>(name).value_or(0);
  };
  return absl::OkStatus();
}

absl::StatusOr<CommandTemplate> BuildCommand(const Spec& spec,
                                             const Trajectory& trajectory) {
  if (spec.shell && IsBazelLabel(spec.command[0])) {
    return ErrorAt(spec.command_where,
                   "a Bazel label stands in a list, such as "
                   "[//examples:lif_neuron, \"--I={I}\"]");
  }
  absl::StatusOr<CommandTemplate> command =
      spec.shell ? CommandTemplate::CreateForShell(spec.command[0], trajectory)
                 : CommandTemplate::Create(spec.command, trajectory);
  if (!command.ok()) {
    return ErrorAt(spec.command_where, command.status().message());
  }
  return command;
}

absl::Status CheckSamePlan(const Trajectory& built, const Trajectory& loaded) {
  const std::map<std::string, const Parameter*> ours = Parameters(built);
  std::map<std::string, const Parameter*> theirs = Parameters(loaded);
  std::vector<std::string> differences;
  for (const auto& [name, parameter] : ours) {
    const auto other = theirs.extract(name);
    std::string difference =
        Difference(*parameter, other.empty() ? nullptr : other.mapped());
    if (!difference.empty()) differences.push_back(std::move(difference));
  }
  for (const auto& [name, parameter] : theirs) {
    differences.push_back(absl::StrCat(name, " is in the file, but not here"));
  }
  if (differences.empty()) return absl::OkStatus();
  const size_t more = differences.size() > kMaxDifferences
                          ? differences.size() - kMaxDifferences
                          : 0;
  differences.resize(differences.size() - more);
  return absl::FailedPreconditionError(absl::StrCat(
      "the trajectory ", loaded.name(),
      " in the file is another one: ", absl::StrJoin(differences, "; "),
      more > 0 ? absl::StrCat("; and ", more, " more") : ""));
}

}  // namespace cppet
