#include "cppet/tools/lib/run_table.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/tools/lib/printable_text.h"
#include "cppet/tools/lib/value_text.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace {

constexpr size_t kMaxCell = 60;

const Group* AsGroup(const Node* node) {
  return node != nullptr && node->is_group() ? static_cast<const Group*>(node)
                                             : nullptr;
}

const Group* RunsGroup(const Trajectory& trajectory) {
  return AsGroup(trajectory.tree().FindExact("results.runs"));
}

const Result* FindBelow(const Group* group, absl::string_view name) {
  const Node* node = group;
  for (const absl::string_view part : absl::StrSplit(name, '.')) {
    const Group* parent = AsGroup(node);
    if (parent == nullptr) return nullptr;
    node = parent->Child(part);
  }
  return node != nullptr && node->kind() == Node::Kind::kResult
             ? static_cast<const Result*>(node)
             : nullptr;
}

// Calls `visit` for each result of each run, with its name below the run's
// group.
void VisitRunResults(
    const Group* runs,
    const std::function<void(const std::string&, const Result&)>& visit) {
  if (runs == nullptr) return;
  for (const auto& run : runs->children()) {
    if (RunIndex(run->name()) == kNoRun) continue;
    const size_t prefix = run->full_name().size() + 1;
    VisitNodes(*run, [&](const Node& node) {
      if (node.kind() != Node::Kind::kResult) return;
      visit(node.full_name().substr(prefix), static_cast<const Result&>(node));
    });
  }
}

}  // namespace

absl::string_view RunStatus(const RunStates::Times& times) {
  if (times.completed) return "completed";
  return times.started ? "failed" : "not run";
}

const Result* FindRunResult(const Trajectory& trajectory, int64_t run,
                            absl::string_view name) {
  const Group* runs = RunsGroup(trajectory);
  if (runs == nullptr) return nullptr;
  return FindBelow(AsGroup(runs->Child(RunName(run))), name);
}

std::vector<std::string> RunResultNames(const Trajectory& trajectory) {
  std::vector<std::string> names;
  absl::flat_hash_set<std::string> seen;
  VisitRunResults(RunsGroup(trajectory),
                  [&](const std::string& name, const Result&) {
                    if (seen.insert(name).second) names.push_back(name);
                  });
  return names;
}

RunTable::RunTable(const Trajectory& trajectory, const RunTableOptions& options)
    : trajectory_(trajectory), runs_(RunsGroup(trajectory)) {
  Add("idx", "idx", {&RunTable::GetIndex});
  Add("status", "status", {&RunTable::GetStatus});
  Add("runtime", "runtime", {&RunTable::GetRuntime});
  for (const Parameter* parameter : trajectory.explored()) {
    const std::string full_name = parameter->full_name();
    Add(std::string(absl::StripPrefix(full_name, "parameters.")), full_name,
        {&RunTable::GetParameter, parameter});
  }
  first_result_ = columns_.size();
  AddResults(options);
  if (options.columns != nullptr) AddColumns(options);
}

void RunTable::AddColumns(const RunTableOptions& options) {
  cells_.emplace(*options.columns, trajectory_.length());
  for (size_t i = 0; i < options.columns->columns.size(); ++i) {
    const RunColumn& column = options.columns->columns[i];
    // A result may be in the tree for some runs, and of several types.
    const auto same = std::find_if(columns_.begin() + first_result_,
                                   columns_.end(), [&](const Column& other) {
                                     return other.result == column.result &&
                                            other.item == column.item;
                                   });
    if (same != columns_.end()) {
      same->sources.push_back(i);
      continue;
    }
    const std::string whole =
        column.item == LastPart(column.result)
            ? column.result
            : absl::StrCat(column.result, ".", column.item);
    Add(whole, absl::StrCat("results.", whole),
        {&RunTable::GetResult, nullptr, column.result, column.item, {i}});
  }
}

void RunTable::Add(std::string name, std::string whole_name, Column column) {
  const bool taken =
      std::find(names_.begin(), names_.end(), name) != names_.end();
  names_.push_back(taken ? std::move(whole_name) : std::move(name));
  columns_.push_back(std::move(column));
}

void RunTable::AddResults(const RunTableOptions& options) {
  absl::flat_hash_set<std::pair<std::string, std::string>> seen;
  VisitRunResults(runs_, [&](const std::string& name, const Result& result) {
    if (!options.with_output &&
        (name == "process.stdout" || name == "process.stderr")) {
      return;
    }
    for (const auto& [item, value] : result.items()) {
      if (!value.is_scalar() || !seen.emplace(name, item).second) continue;
      const std::string whole =
          item == result.name() ? name : absl::StrCat(name, ".", item);
      Add(whole, absl::StrCat("results.", whole),
          {&RunTable::GetResult, nullptr, name, item});
    }
  });
}

std::optional<Value> RunTable::GetIndex(const Column&, int64_t run) const {
  return Value(run);
}

std::optional<Value> RunTable::GetStatus(const Column&, int64_t run) const {
  return Value(RunStatus(trajectory_.run_states().TimesOf(run)));
}

std::optional<Value> RunTable::GetRuntime(const Column&, int64_t run) const {
  const RunStates::Times times = trajectory_.run_states().TimesOf(run);
  if (!times.started) return std::nullopt;
  return Value(times.finish_timestamp - times.timestamp);
}

std::optional<Value> RunTable::GetParameter(const Column& column,
                                            int64_t run) const {
  if (!column.parameter->value().has_value()) return std::nullopt;
  return column.parameter->ValueAt(run);
}

std::optional<Value> RunTable::GetResult(const Column& column,
                                         int64_t run) const {
  for (const size_t source : column.sources) {
    std::optional<Value> value = cells_->At(run, source);
    if (value.has_value()) return value;
  }
  const Result* result =
      runs_ == nullptr
          ? nullptr
          : FindBelow(AsGroup(runs_->Child(RunName(run))), column.result);
  const Value* value = result == nullptr ? nullptr : result->Item(column.item);
  if (value == nullptr || !value->is_scalar()) return std::nullopt;
  return *value;
}

std::optional<Value> RunTable::Cell(int64_t run, size_t column) const {
  return (this->*columns_[column].get)(columns_[column], run);
}

std::string RunTable::RowText(int64_t run) const {
  if (cells_.has_value()) cells_->WantAll();
  std::vector<std::string> cells;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::optional<Value> value = Cell(run, i);
    cells.push_back(value.has_value() ? OneLine(ArgumentText(*value), kMaxCell)
                                      : "");
  }
  return absl::StrJoin(cells, "\t");
}

}  // namespace cppet
