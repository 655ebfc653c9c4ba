#include "cppet/storage/hdf5/tree/run_writer.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/time_format.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/tree/class_items.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

// What each run may have a group of its own in.
constexpr const char* kRunBranches[] = {"results.runs",
                                        "derived_parameters.runs"};
// Depth of those: they stay open from run to run.
constexpr size_t kRunBranchDepth = 2;
constexpr size_t kMaxFailure = 60000;

// Whether a leaf or a link can only be one of that run.
bool BelongsToRun(absl::string_view full_name, absl::string_view run_name) {
  return absl::StrContains(full_name, absl::StrCat(".", run_name, "."));
}

RunInfo RowOf(const Trajectory& trajectory, const RunRecord& record) {
  RunInfo row;
  row.index = record.index;
  row.name = RunName(record.index);
  row.timestamp = record.start_timestamp;
  row.finish_timestamp = record.finish_timestamp;
  row.runtime =
      FormatDuration(record.finish_timestamp - record.start_timestamp);
  row.time = FormatTime(record.start_timestamp);
  row.completed = record.completed;
  row.parameter_summary = trajectory.ParameterSummary(record.index);
  row.short_environment_hexsha = record.environment_hexsha;
  return row;
}

ParameterView ViewOf(const LeafRecord& leaf) {
  ParameterView view;
  view.full_name = leaf.full_name;
  view.class_name = leaf.class_name;
  if (!leaf.items.empty()) view.value = &leaf.items[0].second;
  return view;
}

absl::Status CheckLeaf(const LeafRecord& leaf) {
  CPPET_RETURN_IF_ERROR(CheckNodeName(leaf.full_name));
  if (leaf.kind == Node::Kind::kParameter) {
    return PlanParameter(ViewOf(leaf)).status();
  }
  return CheckItemsFit(leaf.full_name, leaf.class_name, leaf.items);
}

}  // namespace

absl::Status RunWriter::CheckPlace(
    absl::string_view full_name, absl::string_view run_name,
    absl::flat_hash_set<absl::string_view>* shared) {
  if (BelongsToRun(full_name, run_name)) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                         path_.Find(ParentPart(full_name)));
  if (shared->insert(full_name).second &&
      (parent.id < 0 ||
       !HasLink(parent.id, std::string(LastPart(full_name))))) {
    return absl::OkStatus();
  }
  return StatusAt(
      file_.group(),
      absl::StrCat(full_name, ", which ", run_name,
                   " added, is there already; the name of what each run adds "
                   "must have the run in it"),
      absl::StatusCode::kAlreadyExists);
}

absl::Status RunWriter::Check(absl::Span<const RunRecord* const> records) {
  absl::flat_hash_set<absl::string_view> shared;
  int64_t last_index = -1;
  for (const RunRecord* record : records) {
    const std::string run_name = RunName(record->index);
    if (record->index < 0 || record->index >= file_.runs().size()) {
      return StatusAt(file_.group(),
                      absl::StrCat("there are only ", file_.runs().size(),
                                   " runs, so no run ", record->index),
                      absl::StatusCode::kOutOfRange);
    }
    if (record->index == last_index) {
      return absl::InvalidArgumentError(
          absl::StrCat("there are two records of ", run_name));
    }
    last_index = record->index;
    for (const LeafRecord& leaf : record->leaves) {
      CPPET_RETURN_IF_ERROR(CheckLeaf(leaf));
      CPPET_RETURN_IF_ERROR(CheckPlace(leaf.full_name, run_name, &shared));
    }
    for (const GroupRecord& group : record->groups) {
      CPPET_RETURN_IF_ERROR(CheckNodeName(group.full_name));
    }
    for (const LinkRecord& link : record->links) {
      CPPET_RETURN_IF_ERROR(CheckNodeName(link.full_name));
      CPPET_RETURN_IF_ERROR(CheckNodeName(link.target));
      CPPET_RETURN_IF_ERROR(CheckPlace(link.full_name, run_name, &shared));
    }
    for (const char* branch : kRunBranches) {
      CPPET_ASSIGN_OR_RETURN(const GroupPath::Place runs, path_.Find(branch));
      if (runs.id < 0 || !HasLink(runs.id, run_name)) continue;
      CPPET_ASSIGN_OR_RETURN(const bool completed,
                             file_.runs().Completed(record->index));
      if (completed) {
        return StatusAt(file_.group(),
                        absl::StrCat(run_name, " is completed already"),
                        absl::StatusCode::kAlreadyExists);
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RunWriter::RemoveEarlierTry(int64_t index) {
  const std::string run_name = RunName(index);
  bool found = false;
  for (const char* branch : kRunBranches) {
    CPPET_ASSIGN_OR_RETURN(const GroupPath::Place runs, path_.Find(branch));
    if (runs.id < 0 || !HasLink(runs.id, run_name)) continue;
    found = true;
    if (H5Ldelete(runs.id, run_name.c_str(), H5P_DEFAULT) < 0) {
      return ErrorAt(runs.id, absl::StrCat("cannot remove ", run_name));
    }
  }
  return found;
}

absl::Status RunWriter::WriteLeaf(const LeafRecord& leaf, bool keep_comment) {
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                         path_.Enter(ParentPart(leaf.full_name)));
  const std::string name(LastPart(leaf.full_name));
  if (!parent.is_new && HasLink(parent.id, name)) {
    // Of an earlier try, outside of the groups of the run.
    CPPET_RETURN_IF_ERROR(RemoveLink(parent.id, name));
    keep_comment = true;
  }
  LeafView view;
  view.full_name = leaf.full_name;
  view.class_name = leaf.class_name;
  view.comment = leaf.comment;
  view.annotations = &leaf.annotations;
  view.keep_comment = keep_comment;
  if (leaf.kind == Node::Kind::kResult) {
    return WriteResult(parent.id, view, leaf.items, file_.item_format(),
                       &file_.overview());
  }
  const ParameterView parameter = ViewOf(leaf);
  CPPET_ASSIGN_OR_RETURN(const ParameterPlan plan, PlanParameter(parameter));
  return WriteParameter(parent.id, view, parameter, plan, file_.item_format(),
                        &file_.overview());
}

absl::Status RunWriter::WriteGroup(const GroupRecord& group) {
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place place,
                         path_.Enter(group.full_name));
  if (ReadComment(place.id).empty()) {
    CPPET_RETURN_IF_ERROR(WriteComment(place.id, group.comment));
  }
  return WriteAnnotations(place.id, group.annotations);
}

absl::Status RunWriter::WriteLink(const LinkRecord& link) {
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                         path_.Enter(ParentPart(link.full_name)));
  const std::string name(LastPart(link.full_name));
  if (!parent.is_new && HasLink(parent.id, name)) {
    CPPET_RETURN_IF_ERROR(RemoveLink(parent.id, name));
  }
  return WriteSoftLink(parent.id, name, file_.PathTo(link.target));
}

absl::Status RunWriter::WriteRecord(const RunRecord& record) {
  path_.StartOver(kRunBranchDepth);
  // The comments of what is removed may have stood for those of others.
  CPPET_ASSIGN_OR_RETURN(const bool repeated, RemoveEarlierTry(record.index));
  for (const LeafRecord& leaf : record.leaves) {
    CPPET_RETURN_IF_ERROR(WriteLeaf(leaf, repeated));
  }
  for (const GroupRecord& group : record.groups) {
    CPPET_RETURN_IF_ERROR(WriteGroup(group));
  }
  for (const LinkRecord& link : record.links) {
    CPPET_RETURN_IF_ERROR(WriteLink(link));
  }
  if (record.completed || record.failure.empty()) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(
      const GroupPath::Place group,
      path_.Enter(absl::StrCat("results.runs.", RunName(record.index))));
  return WriteAnnotations(
      group.id,
      {{kFailureAnnotation, FitText(CleanUtf8(record.failure), kMaxFailure)}});
}

// A comment is stored once, with the earliest run that has it.
absl::Status RunWriter::RemoveMovedComments() {
  for (const std::string& name : file_.overview().TakeUncommented()) {
    CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                           path_.Find(ParentPart(name)));
    const std::string last(LastPart(name));
    if (parent.id < 0 || !HasLink(parent.id, last)) continue;
    CPPET_ASSIGN_OR_RETURN(const Handle leaf, OpenObject(parent.id, last));
    CPPET_RETURN_IF_ERROR(RemoveComment(leaf.get()));
  }
  return absl::OkStatus();
}

absl::Status RunWriter::Write(const Trajectory& trajectory,
                              absl::Span<const RunRecord> records) {
  std::vector<RunRecord> as_items;
  if (!file_.classes().empty()) {
    as_items.assign(records.begin(), records.end());
    for (RunRecord& record : as_items) {
      for (LeafRecord& leaf : record.leaves) {
        CPPET_RETURN_IF_ERROR(PutAsItems(file_.classes(), &leaf));
      }
    }
    records = as_items;
  }
  std::vector<const RunRecord*> sorted;
  sorted.reserve(records.size());
  for (const RunRecord& record : records) sorted.push_back(&record);
  std::sort(sorted.begin(), sorted.end(),
            [](const RunRecord* a, const RunRecord* b) {
              return a->index < b->index;
            });
  path_.StartOver(kRunBranchDepth);
  CPPET_RETURN_IF_ERROR(Check(sorted));
  std::vector<RunInfo> rows;
  rows.reserve(sorted.size());
  for (const RunRecord* record : sorted) {
    CPPET_RETURN_IF_ERROR(WriteRecord(*record));
    rows.push_back(RowOf(trajectory, *record));
  }
  CPPET_RETURN_IF_ERROR(RemoveMovedComments());
  path_.StartOver(kRunBranchDepth);
  CPPET_RETURN_IF_ERROR(file_.overview().Flush());
  return file_.runs().Write(rows);
}

}  // namespace cppet::hdf5
