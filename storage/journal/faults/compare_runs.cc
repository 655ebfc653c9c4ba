#include "cppet/storage/journal/faults/compare_runs.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/journal/faults/workload.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/run_info.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"

namespace cppet {
namespace {

constexpr const char* kRunBranches[] = {"results.runs.",
                                        "derived_parameters.runs."};

enum class RunState { kAbsent, kFailed, kCompleted };

bool HasItems(const Node& node, const LeafRecord& leaf) {
  if (node.kind() != leaf.head->kind) return false;
  if (leaf.head->kind == Node::Kind::kParameter) {
    const auto& parameter = static_cast<const Parameter&>(node);
    return parameter.value().has_value() &&
           *parameter.value() == leaf.items[0].second;
  }
  const auto& result = static_cast<const Result&>(node);
  return result.items().size() == leaf.items.size() &&
         std::all_of(leaf.items.begin(), leaf.items.end(),
                     [&](const auto& item) {
                       const Value* const value = result.Item(item.first);
                       return value != nullptr && *value == item.second;
                     });
}

class Comparison {
 public:
  Comparison(const Trajectory& trajectory, const Acknowledged& acknowledged,
             int64_t batch)
      : trajectory_(trajectory), acknowledged_(acknowledged), batch_(batch) {}

  RunsCheck Run() {
    CheckParameters();
    CheckAcknowledgedExist();
    std::vector<RunState> states;
    for (int64_t i = 0; i < trajectory_.length(); ++i) {
      states.push_back(CheckRun(i));
    }
    for (int64_t i = 0; i < trajectory_.length(); i += batch_) {
      CheckBatch(i, states);
    }
    return check_;
  }

 private:
  void Lost(absl::string_view problem) {
    ++check_.lost;
    check_.problems.push_back(absl::StrCat("lost: ", problem));
  }
  void Half(absl::string_view problem) {
    ++check_.half;
    check_.problems.push_back(absl::StrCat("half: ", problem));
  }

  void CheckParameters() {
    const auto expected = MakeWorkload(trajectory_.length());
    VisitNodes(expected->root(), [&](const Node& node) {
      if (node.kind() != Node::Kind::kParameter) return;
      const std::string name = node.full_name();
      const auto& parameter = static_cast<const Parameter&>(node);
      const Node* const found = trajectory_.tree().FindExact(name);
      if (found == nullptr || found->kind() != Node::Kind::kParameter ||
          !HasValues(static_cast<const Parameter&>(*found), parameter)) {
        Lost(absl::StrCat(name, " is not as it was"));
      }
    });
  }

  bool HasValues(const Parameter& found, const Parameter& expected) {
    if (found.value() != expected.value() ||
        found.explored() != expected.explored()) {
      return false;
    }
    if (!expected.explored()) return true;
    if (found.range()->size() != expected.range()->size()) return false;
    for (int64_t i = 0; i < trajectory_.length(); ++i) {
      if (found.ValueAt(i) != expected.ValueAt(i)) return false;
    }
    return true;
  }

  void CheckAcknowledgedExist() {
    const auto& runs = acknowledged_.runs;
    if (!runs.empty() && *runs.rbegin() >= trajectory_.length()) {
      Lost(absl::StrCat("there are ", trajectory_.length(), " runs only"));
    }
  }

  RunState CheckRun(int64_t index) {
    const RunInfo info = trajectory_.run_info(index);
    const std::string name = RunName(index);
    if (info.completed) {
      ++check_.completed;
      const std::string problem = CompareRecord(MakeCompletedRun(index));
      if (!problem.empty()) {
        if (acknowledged_.runs.count(index) > 0) Lost(problem);
        Half(absl::StrCat("completed, but ", problem));
      }
      return RunState::kCompleted;
    }
    if (acknowledged_.runs.count(index) > 0) {
      Lost(absl::StrCat(name, " is not completed"));
    }
    if (info.started()) {
      const std::string problem = HasFailedTry(index)
                                      ? CompareRecord(MakeFailedTry(index))
                                      : absl::StrCat(name, " never failed");
      if (!problem.empty()) Half(absl::StrCat("failed, but ", problem));
      return RunState::kFailed;
    }
    if (acknowledged_.tries.count(index) > 0) {
      Lost(absl::StrCat("the failed try of ", name));
    }
    for (const char* branch : kRunBranches) {
      if (trajectory_.tree().FindExact(absl::StrCat(branch, name)) != nullptr) {
        Half(absl::StrCat(branch, name, " is there, but was not run"));
      }
    }
    return RunState::kAbsent;
  }

  // What is not as in `record`; empty if all is.
  std::string CompareRecord(const RunRecord& record) {
    const std::string name = RunName(record.index);
    const RunInfo info = trajectory_.run_info(record.index);
    if (info.name != name || info.timestamp != record.start_timestamp ||
        info.finish_timestamp != record.finish_timestamp) {
      return absl::StrCat("the row of ", name, " is wrong");
    }
    for (const LeafRecord& leaf : record.leaves) {
      const std::string full_name = NameInRun(leaf.head->name, record.index);
      const Node* const node = trajectory_.tree().FindExact(full_name);
      if (node == nullptr) return absl::StrCat(full_name, " is not there");
      if (!HasItems(*node, leaf)) return absl::StrCat(full_name, " is wrong");
    }
    size_t leaves = 0;
    for (const char* branch : kRunBranches) {
      const Node* const group =
          trajectory_.tree().FindExact(absl::StrCat(branch, name));
      if (group == nullptr) continue;
      if (!group->is_group()) return absl::StrCat(name, " is no group");
      leaves += static_cast<const Group*>(group)->children().size();
    }
    if (leaves != record.leaves.size()) {
      return absl::StrCat(name, " has ", leaves, " leaves, not ",
                          record.leaves.size());
    }
    return CompareFailure(record);
  }

  std::string CompareFailure(const RunRecord& record) {
    const std::string name = RunName(record.index);
    const Node* const group =
        trajectory_.tree().FindExact(absl::StrCat("results.runs.", name));
    if (group == nullptr) return absl::StrCat(name, " has no results");
    const auto& annotations = group->annotations();
    const auto failure = annotations.find(kFailureAnnotation);
    if (record.completed) {
      return failure == annotations.end()
                 ? ""
                 : absl::StrCat(name, " has a failure");
    }
    if (failure == annotations.end()) {
      return absl::StrCat("the failure of ", name, " is not there");
    }
    const absl::StatusOr<std::string> text = failure->second.As<std::string>();
    return text.ok() && *text == record.failure
               ? ""
               : absl::StrCat("the failure of ", name, " is wrong");
  }

  // Runs, and tries, that were stored at once are there at once.
  void CheckBatch(int64_t start, const std::vector<RunState>& states) {
    const int64_t end = std::min(start + batch_, trajectory_.length());
    int64_t completed = 0;
    int64_t tries = 0;
    int64_t failed = 0;
    for (int64_t i = start; i < end; ++i) {
      completed += states[i] == RunState::kCompleted;
      failed += states[i] == RunState::kFailed;
      tries += HasFailedTry(i);
    }
    if (completed != 0 && completed != end - start) {
      Half(absl::StrCat(completed, " of ", end - start,
                        " runs of the batch from ", start, " on"));
    } else if (completed == 0 && failed != 0 && failed != tries) {
      Half(absl::StrCat(failed, " of ", tries, " tries of the batch from ",
                        start, " on"));
    }
  }

  const Trajectory& trajectory_;
  const Acknowledged& acknowledged_;
  const int64_t batch_;
  RunsCheck check_;
};

}  // namespace

RunsCheck CompareRuns(const Trajectory& trajectory,
                      const Acknowledged& acknowledged, int64_t batch) {
  return Comparison(trajectory, acknowledged, batch).Run();
}

}  // namespace cppet
