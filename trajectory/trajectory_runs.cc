#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

// Of the text that names the values of a run.
constexpr size_t kMaxSummaryValue = 512;

// Of some of the bytes only; equal values have equal hashes.
struct HashPoint {
  size_t operator()(const std::vector<Value>& point) const {
    std::vector<absl::string_view> parts;
    for (const Value& value : point) {
      parts.push_back(value.is_text() && !value.texts().empty()
                          ? absl::string_view(value.texts()[0])
                          : value.bytes());
    }
    return absl::Hash<std::vector<absl::string_view>>()(parts);
  }
};

// The run on whose branch of the tree `node` is; none if it is of no run.
// kNoRun is that of run_ALL.
std::optional<int64_t> RunOf(const Node& node) {
  std::optional<int64_t> run;
  for (const Node* up = &node; up != nullptr; up = up->parent()) {
    const int64_t index = RunIndex(up->name());
    if (index != kNoRun || up->name() == RunName(kNoRun)) run = index;
  }
  return run;
}

// `name` without $ and crun: they are in every run.
std::string WithoutRun(absl::string_view name) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    if (part != "$" && part != "crun") parts.push_back(part);
  }
  return absl::StrJoin(parts, ".");
}

}  // namespace

std::vector<std::string> Trajectory::run_names() const {
  std::vector<std::string> names;
  names.reserve(length());
  for (int64_t i = 0; i < length(); ++i) names.push_back(RunName(i));
  return names;
}

RunInfo Trajectory::run_info(int64_t index) const {
  RunInfo info = run_states_.Get(index);
  if (info.name.empty()) info.name = RunName(index);
  if (info.parameter_summary.empty()) {
    info.parameter_summary = ParameterSummary(index);
  }
  return info;
}

bool Trajectory::completed(int64_t index) const {
  return run_states_.completed(index);
}

bool Trajectory::completed() const {
  return run_states_.completed() == length();
}

std::string Trajectory::ParameterSummary(int64_t index) const {
  constexpr size_t kUsualSize = 64;
  std::string summary;
  summary.reserve(kUsualSize);
  for (const Parameter* parameter : explored()) {
    const bool taken = summary.find(parameter->name()) != std::string::npos;
    absl::StrAppend(&summary, summary.empty() ? "" : ",   ",
                    taken ? parameter->full_name() : parameter->name(), ": ",
                    PythonRepr(parameter->ValueAt(index), kMaxSummaryValue));
  }
  return summary;
}

void Trajectory::NoteRun(const RunRecord& record) {
  run_states_.Note(record, length());
}

absl::StatusOr<RunView> Trajectory::AsRun(int64_t index) const {
  if (index < 0 || index >= length()) {
    return absl::OutOfRangeError(absl::StrCat("there is no run ", index, ": ",
                                              name_, " has ", length()));
  }
  return RunView(tree_, index);
}

absl::StatusOr<RunView> Trajectory::AsRun(absl::string_view run_name) const {
  const int64_t index = RunIndex(ResolveAlias(run_name));
  if (index == kNoRun || index >= length()) {
    return absl::OutOfRangeError(absl::StrCat("there is no run '", run_name,
                                              "': ", name_, " has ", length()));
  }
  return RunView(tree_, index);
}

absl::Status Trajectory::ForEachRun(
    const std::function<absl::Status(const RunView&)>& visit) const {
  for (int64_t index = 0; index < length(); ++index) {
    CPPET_RETURN_IF_ERROR(visit(RunView(tree_, index)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<const Parameter*>> Trajectory::FindParameters(
    absl::Span<const std::string> names) const {
  std::vector<const Parameter*> parameters;
  for (const std::string& name : names) {
    CPPET_ASSIGN_OR_RETURN(const Parameter* parameter, FindParameter(name));
    CPPET_RETURN_IF_ERROR(defaults().ValueOf(*parameter).status());
    parameters.push_back(parameter);
  }
  return parameters;
}

absl::StatusOr<std::vector<int64_t>> Trajectory::FindRuns(
    absl::Span<const std::string> names,
    const std::function<bool(absl::Span<const Value>)>& predicate) const {
  CPPET_ASSIGN_OR_RETURN(const std::vector<const Parameter*> parameters,
                         FindParameters(names));
  std::vector<int64_t> runs;
  std::vector<Value> values(parameters.size());
  for (int64_t index = 0; index < length(); ++index) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      values[i] = parameters[i]->ValueAt(index);
    }
    if (predicate(values)) runs.push_back(index);
  }
  return runs;
}

absl::StatusOr<std::vector<UniquePoint>> Trajectory::FindUniquePoints(
    absl::Span<const std::string> names) const {
  CPPET_ASSIGN_OR_RETURN(const std::vector<const Parameter*> parameters,
                         FindParameters(names));
  std::vector<UniquePoint> points;
  absl::flat_hash_map<std::vector<Value>, size_t, HashPoint> places;
  for (int64_t index = 0; index < length(); ++index) {
    std::vector<Value> values;
    for (const Parameter* parameter : parameters) {
      values.push_back(parameter->ValueAt(index));
    }
    const auto [place, is_new] = places.try_emplace(values, points.size());
    if (is_new) points.push_back({std::move(values), {}});
    points[place->second].runs.push_back(index);
  }
  return points;
}

absl::StatusOr<std::map<int64_t, const Node*>> Trajectory::GetFromRuns(
    absl::string_view name, const GetFromRunsOptions& options) const {
  std::map<int64_t, const Node*> found;
  for (const Node* node : tree_.FindAll(WithoutRun(name), options.find)) {
    const std::optional<int64_t> run = RunOf(*node);
    if (!run.has_value() || *run >= length()) continue;
    const auto [place, is_new] = found.emplace(*run, node);
    if (!is_new) {
      return absl::FailedPreconditionError(absl::StrCat(
          "'", name, "' is ambiguous in ", RunName(*run), ": it may be ",
          place->second->full_name(), " or ", node->full_name()));
    }
  }
  const auto all = found.find(kNoRun);
  if (all == found.end()) return found;
  const Node* for_all = all->second;
  found.erase(all);
  if (options.include_default) {
    for (int64_t index = 0; index < length(); ++index) {
      found.emplace_hint(found.end(), index, for_all);
    }
  }
  return found;
}

}  // namespace cppet
