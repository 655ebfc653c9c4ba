#include "cppet/tools/lib/trajectory_json.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "cppet/tools/lib/value_json.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

using Json = nlohmann::ordered_json;

// Runs whose explored values are written out.
constexpr int64_t kMaxRuns = 50;

constexpr absl::string_view kBranches[] = {"config", "parameters",
                                           "derived_parameters", "results"};

Json AnnotationsJson(const std::map<std::string, Value>& annotations) {
  Json json = Json::object();
  for (const auto& [name, value] : annotations) {
    json[name] = ValueJson(value);
  }
  return json;
}

absl::string_view GroupClass(absl::string_view branch) {
  if (branch == "config") return "ConfigGroup";
  if (branch == "parameters") return "ParameterGroup";
  if (branch == "derived_parameters") return "DerivedParameterGroup";
  if (branch == "results") return "ResultGroup";
  return "NNGroupNode";
}

// The run that `full_name` belongs to, or "trajectory".
std::string RunBranch(absl::string_view full_name, int64_t length) {
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    const int64_t index = RunIndex(part);
    if (index != kNoRun && index < length) return std::string(part);
  }
  return "trajectory";
}

Json GroupJson(const Group& group) {
  Json json = {{"class", group.class_name().empty()
                             ? GroupClass(group.branch())
                             : absl::string_view(group.class_name())},
               {"comment", group.comment()}};
  if (!group.annotations().empty()) {
    json["annotations"] = AnnotationsJson(group.annotations());
  }
  return json;
}

void AddLinks(const Group& group, Json& json) {
  const std::string prefix = group.parent() ? group.full_name() + "." : "";
  for (const auto& [name, target] : group.links()) {
    json[prefix + name] = target->full_name();
  }
}

void AddParameterData(const Parameter& parameter, Json& json) {
  json["empty"] = !parameter.value().has_value();
  json["explored"] = parameter.explored();
  if (parameter.value().has_value()) {
    json["value"] = ValueJson(*parameter.value());
  }
  const Range* range = parameter.range();
  if (range == nullptr) return;
  json["range_length"] = range->size();
  Json values = Json::array();
  for (int64_t i = 0; i < std::min(range->size(), kMaxJsonElements); ++i) {
    values.push_back(ValueJson((*range)[i]));
  }
  json["range"] = std::move(values);
}

void AddResultData(const Result& result, Json& json) {
  json["empty"] = result.items().empty();
  std::map<std::string, const Value*> sorted;
  for (const auto& [name, value] : result.items()) sorted[name] = &value;
  Json items = Json::object();
  for (const auto& [name, value] : sorted) items[name] = ValueJson(*value);
  json["items"] = std::move(items);
}

Json LeafJson(const Leaf& leaf, int64_t length) {
  const bool is_parameter = leaf.kind() == Node::Kind::kParameter;
  Json json = {{"class", leaf.class_name()},
               {"comment", leaf.comment()},
               {"depth", leaf.depth()},
               {"branch", leaf.branch()},
               {"run_branch", RunBranch(leaf.full_name(), length)},
               {"is_parameter", is_parameter}};
  if (!leaf.annotations().empty()) {
    json["annotations"] = AnnotationsJson(leaf.annotations());
  }
  if (is_parameter) {
    AddParameterData(static_cast<const Parameter&>(leaf), json);
  } else {
    AddResultData(static_cast<const Result&>(leaf), json);
  }
  return json;
}

Json RunJson(const RunInfo& info) {
  return {{"idx", info.index},
          {"timestamp", info.timestamp},
          {"finish_timestamp", info.finish_timestamp},
          {"runtime", info.runtime},
          {"time", info.time},
          {"completed", info.completed ? 1 : 0},
          {"name", info.name},
          {"parameter_summary", info.parameter_summary},
          {"short_environment_hexsha", info.short_environment_hexsha}};
}

// Each explored parameter by its full name, null if it is not loaded.
std::map<std::string, const Parameter*> ExploredByName(
    const Trajectory& trajectory) {
  std::map<std::string, const Parameter*> explored;
  for (const std::string& name : trajectory.explored_names()) {
    const Node* node = trajectory.tree().FindExact(name);
    explored[name] = node != nullptr && node->kind() == Node::Kind::kParameter
                         ? static_cast<const Parameter*>(node)
                         : nullptr;
  }
  return explored;
}

}  // namespace

Json TrajectoryJson(const Trajectory& trajectory,
                    TrajectoryJsonOptions options) {
  const int64_t length = trajectory.length();
  Json json = {{"file", std::move(options.file)},
               {"reader", std::move(options.reader)},
               {"strict_load", true},
               {"name", trajectory.name()},
               {"comment", trajectory.comment()},
               {"version", trajectory.version()},
               {"python", trajectory.language()},
               {"timestamp", trajectory.timestamp()},
               {"time", trajectory.time()},
               {"length", length}};
  json["annotations"] = AnnotationsJson(trajectory.root().annotations());
  json["runs"] = Json::array();
  for (int64_t i = 0; i < length; ++i) {
    json["runs"].push_back(RunJson(trajectory.run_info(i)));
  }
  const std::map<std::string, const Parameter*> explored =
      ExploredByName(trajectory);
  json["explored"] = Json::object();
  for (const auto& [name, parameter] : explored) {
    Json& size = json["explored"][name];
    if (parameter == nullptr) continue;
    size = parameter->range() == nullptr ? 0 : parameter->range()->size();
  }
  json["hdf5_settings"] = std::move(options.hdf5_settings);

  json["groups"] = Json::object();
  json["links"] = Json::object();
  AddLinks(trajectory.root(), json["links"]);
  std::map<std::string, Json> groups;
  std::map<std::string, std::map<std::string, Json>> leaves;
  VisitNodes(trajectory.root(), [&](const Node& node) {
    if (node.is_group()) {
      const auto& group = static_cast<const Group&>(node);
      groups[group.full_name()] = GroupJson(group);
      AddLinks(group, json["links"]);
      return;
    }
    const bool known = std::count(std::begin(kBranches), std::end(kBranches),
                                  node.branch()) > 0;
    leaves[known ? std::string(node.branch()) : "other"][node.full_name()] =
        LeafJson(static_cast<const Leaf&>(node), length);
  });
  json["groups"] = std::move(groups);
  json["explored_per_run"] = Json::object();
  for (int64_t i = 0; i < std::min(length, kMaxRuns); ++i) {
    Json& values = json["explored_per_run"][RunName(i)] = Json::object();
    for (const auto& [name, parameter] : explored) {
      if (parameter == nullptr || !parameter->value().has_value()) continue;
      values[name] = ValueJson(parameter->ValueAt(i));
    }
  }
  for (const absl::string_view branch : kBranches) {
    json[std::string(branch)] = leaves[std::string(branch)];
  }
  json["other"] = leaves["other"];
  json["log"] = std::move(options.log);
  return json;
}

}  // namespace cppet
