#include "cppet/storage/hdf5/tree/run_writer.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/parallel_for.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/time_format.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/overview/run_table.h"
#include "cppet/storage/hdf5/tree/class_items.h"
#include "cppet/storage/hdf5/tree/leaf_writer.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/run_info.h"

namespace cppet::hdf5 {
namespace {

// Depth of what each run may have a group of its own in, which stays open from
// run to run.
constexpr size_t kRunBranchDepth = 2;
constexpr size_t kMaxFailure = 60000;
// Records that a thread looks at in one go.
constexpr size_t kSliceRecords = 256;
// Of the bytes of stamped runs that are appended in one piece.
constexpr size_t kPieceBytes = 1 << 20;

// Whether a leaf or a link can only be one of that run.
bool BelongsToRun(absl::string_view full_name, absl::string_view run_name) {
  return absl::StrContains(full_name, absl::StrCat(".", run_name, "."));
}

void AddRowOf(const Trajectory& trajectory, const RunRecord& record,
              const RunTable& table, TimeFormatter* time, Rows* rows) {
  const std::string name = RunName(record.index);
  const std::string runtime =
      FormatDuration(record.finish_timestamp - record.start_timestamp);
  const std::string summary = trajectory.ParameterSummary(record.index);
  RunInfoView row;
  row.index = record.index;
  row.name = name;
  row.timestamp = record.start_timestamp;
  row.finish_timestamp = record.finish_timestamp;
  row.runtime = runtime;
  row.time = time->Format(record.start_timestamp);
  row.completed = record.completed;
  row.parameter_summary = summary;
  row.short_environment_hexsha = record.environment_hexsha;
  table.AddRow(row, rows);
}

absl::Status CheckLeaf(absl::string_view full_name, const LeafRecord& leaf) {
  CPPET_RETURN_IF_ERROR(CheckNodeName(full_name));
  if (leaf.head->kind == Node::Kind::kParameter) {
    return PlanParameter(ParameterOf(full_name, leaf)).status();
  }
  return CheckItemsFit(full_name, leaf.head->class_name, leaf.items);
}

// What of `record` is not among `taken`.
std::unique_ptr<RunRecord> WithoutLeaves(const RunRecord& record,
                                         const ColumnSet::Leaves& taken) {
  auto rest = std::make_unique<RunRecord>();
  rest->index = record.index;
  rest->completed = record.completed;
  rest->failure = record.failure;
  rest->start_timestamp = record.start_timestamp;
  rest->finish_timestamp = record.finish_timestamp;
  rest->environment_hexsha = record.environment_hexsha;
  rest->groups = record.groups;
  rest->links = record.links;
  for (size_t i = 0; i < taken.size(); ++i) {
    if (!taken[i]) rest->leaves.push_back(record.leaves[i]);
  }
  return rest;
}

}  // namespace

absl::Status RunWriter::CheckPlace(absl::string_view full_name,
                                   absl::string_view run_name,
                                   absl::flat_hash_set<std::string>* shared) {
  if (BelongsToRun(full_name, run_name)) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                         path_.Find(ParentPart(full_name)));
  if (shared->emplace(full_name).second &&
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

absl::Status RunWriter::CheckTree(const RunRecord& record,
                                  absl::flat_hash_set<std::string>* shared) {
  const std::string run_name = RunName(record.index);
  for (const LeafRecord& leaf : record.leaves) {
    const std::string full_name = NameInRun(leaf.head->name, record.index);
    CPPET_RETURN_IF_ERROR(CheckLeaf(full_name, leaf));
    CPPET_RETURN_IF_ERROR(CheckPlace(full_name, run_name, shared));
  }
  for (const GroupRecord& group : record.groups) {
    CPPET_RETURN_IF_ERROR(CheckNodeName(group.full_name));
  }
  for (const LinkRecord& link : record.links) {
    CPPET_RETURN_IF_ERROR(CheckNodeName(link.full_name));
    CPPET_RETURN_IF_ERROR(CheckNodeName(link.target));
    CPPET_RETURN_IF_ERROR(CheckPlace(link.full_name, run_name, shared));
  }
  return absl::OkStatus();
}

absl::Status RunWriter::CheckIndices(
    const std::vector<const RunRecord*>& records) {
  int64_t last_index = -1;
  for (const RunRecord* record : records) {
    if (record->index < 0 || record->index >= file_.runs().size()) {
      return StatusAt(file_.group(),
                      absl::StrCat("there are only ", file_.runs().size(),
                                   " runs, so no run ", record->index),
                      absl::StatusCode::kOutOfRange);
    }
    if (record->index == last_index) {
      return absl::InvalidArgumentError(
          absl::StrCat("there are two records of ", RunName(record->index)));
    }
    last_index = record->index;
  }
  return absl::OkStatus();
}

absl::Status RunWriter::Check(absl::Span<const Split> records) {
  absl::flat_hash_set<std::string> shared;
  for (const Split& split : records) {
    const RunRecord* const record = split.record;
    if (split.tree != nullptr) {
      CPPET_RETURN_IF_ERROR(CheckTree(*split.tree, &shared));
    }
    for (Branch& branch : branches_) {
      CPPET_ASSIGN_OR_RETURN(const bool has_group,
                             HasGroup(record->index, &branch));
      if (!has_group) continue;
      CPPET_ASSIGN_OR_RETURN(const bool completed,
                             file_.runs().Completed(record->index));
      if (completed) {
        return StatusAt(
            file_.group(),
            absl::StrCat(RunName(record->index), " is completed already"),
            absl::StatusCode::kAlreadyExists);
      }
    }
  }
  return absl::OkStatus();
}

// In a new sweep no run has a group, which need not be looked up: that takes as
// long as to write it by a stamp.
absl::StatusOr<bool> RunWriter::HasGroup(int64_t index, Branch* branch) {
  const bool is_written =
      index < static_cast<int64_t>(written_.size()) && written_[index];
  if (!is_written && branch->was_empty == true) return false;
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place runs,
                         path_.Find(branch->full_name));
  if (!branch->was_empty.has_value()) {
    H5G_info_t info = {};
    branch->was_empty =
        runs.id < 0 || (H5Gget_info(runs.id, &info) >= 0 && info.nlinks == 0);
  }
  return runs.id >= 0 && HasLink(runs.id, RunName(index));
}

absl::StatusOr<bool> RunWriter::RemoveEarlierTry(int64_t index) {
  const std::string run_name = RunName(index);
  bool found = false;
  for (Branch& branch : branches_) {
    CPPET_ASSIGN_OR_RETURN(const bool has_group, HasGroup(index, &branch));
    if (!has_group) continue;
    CPPET_ASSIGN_OR_RETURN(const GroupPath::Place runs,
                           path_.Find(branch.full_name));
    found = true;
    if (H5Ldelete(runs.id, run_name.c_str(), H5P_DEFAULT) < 0) {
      return ErrorAt(runs.id, absl::StrCat("cannot remove ", run_name));
    }
  }
  return found;
}

// Notes what `record` leaves in the overview. After an earlier try all comments
// are stored: those of what was removed may have stood for those of others.
absl::StatusOr<StoredComments> RunWriter::NoteLeaves(const RunRecord& record,
                                                     bool repeated) {
  StoredComments comments;
  comments.reserve(record.leaves.size());
  for (const LeafRecord& leaf : record.leaves) {
    const LeafHead& head = *leaf.head;
    const std::string full_name = NameInRun(head.name, record.index);
    const ParameterView parameter = ParameterOf(full_name, leaf);
    CPPET_ASSIGN_OR_RETURN(
        const bool is_first,
        file_.overview().Add(
            head.kind == Node::Kind::kResult
                ? ResultEntry(full_name, head.comment, leaf.items)
                : ParameterEntry(full_name, head.comment, parameter)));
    comments.push_back(is_first || repeated);
  }
  return comments;
}

absl::Status RunWriter::WriteLeaf(int64_t index, const LeafRecord& leaf,
                                  bool with_comment) {
  const std::string full_name = NameInRun(leaf.head->name, index);
  CPPET_ASSIGN_OR_RETURN(const GroupPath::Place parent,
                         path_.Enter(ParentPart(full_name)));
  const std::string name(LastPart(full_name));
  if (!parent.is_new && HasLink(parent.id, name)) {
    // Of an earlier try, outside of the groups of the run.
    CPPET_RETURN_IF_ERROR(RemoveLink(parent.id, name));
    with_comment = true;
  }
  return WriteLeafOfRun(parent.id, full_name, leaf, with_comment,
                        file_.item_format());
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

absl::Status RunWriter::WriteRecord(const RunRecord& record,
                                    const StoredComments& comments) {
  for (size_t i = 0; i < record.leaves.size(); ++i) {
    CPPET_RETURN_IF_ERROR(
        WriteLeaf(record.index, record.leaves[i], comments[i]));
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

absl::Status RunWriter::LinkStamped(const Stamped& run, uint64_t address) {
  const std::string name = RunName(run.record->index);
  for (const RunStamp::Group& group : run.stamp->groups()) {
    CPPET_ASSIGN_OR_RETURN(const GroupPath::Place runs,
                           path_.Enter(group.branch));
    const Handle made(H5Oopen_by_addr(runs.id, address + group.offset));
    if (!made.ok() || H5Olink(made.get(), runs.id, name.c_str(), H5P_DEFAULT,
                              H5P_DEFAULT) < 0) {
      return ErrorAt(runs.id, absl::StrCat("cannot add ", name));
    }
  }
  return absl::OkStatus();
}

absl::Status RunWriter::WriteStamped(absl::Span<const Stamped> runs) {
  while (!runs.empty()) {
    size_t count = 0;
    uint64_t size = 0;
    while (count < runs.size() && size < kPieceBytes) {
      size += runs[count++].stamp->size();
    }
    const absl::Span<const Stamped> piece = runs.first(count);
    CPPET_ASSIGN_OR_RETURN(
        uint64_t address,
        hdf5_file_.Append(size, [&](uint64_t place, char* bytes) {
          for (const Stamped& run : piece) {
            run.stamp->Press(*run.record, place, bytes);
            place += run.stamp->size();
            bytes += run.stamp->size();
          }
        }));
    for (const Stamped& run : piece) {
      CPPET_RETURN_IF_ERROR(LinkStamped(run, address));
      address += run.stamp->size();
    }
    runs.remove_prefix(count);
  }
  return absl::OkStatus();
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
        CPPET_RETURN_IF_ERROR(PutAsItems(file_.classes(), record.index, &leaf));
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
  CPPET_RETURN_IF_ERROR(CheckIndices(sorted));
  path_.StartOver(kRunBranchDepth);
  Rows rows = file_.runs().NoRows();
  CPPET_ASSIGN_OR_RETURN(const std::vector<Split> splits,
                         SplitRecords(trajectory, sorted, &rows));
  CPPET_RETURN_IF_ERROR(Check(splits));
  written_.resize(file_.runs().size());
  std::vector<Stamped> stamped;
  for (const Split& split : splits) {
    const RunRecord* const record = split.record;
    path_.StartOver(kRunBranchDepth);
    CPPET_ASSIGN_OR_RETURN(const bool repeated,
                           RemoveEarlierTry(record->index));
    written_[record->index] = true;
    if (split.tree != nullptr) {
      CPPET_RETURN_IF_ERROR(WriteToTree(*split.tree, repeated, &stamped));
    }
  }
  CPPET_RETURN_IF_ERROR(WriteStamped(stamped));
  CPPET_RETURN_IF_ERROR(RemoveMovedComments());
  path_.StartOver(kRunBranchDepth);
  if (columns_ != nullptr) {
    CPPET_RETURN_IF_ERROR(file_.FlushColumns(columns_.get()));
  }
  CPPET_RETURN_IF_ERROR(file_.overview().Flush());
  std::vector<int64_t> indices;
  indices.reserve(sorted.size());
  for (const RunRecord* record : sorted) indices.push_back(record->index);
  return file_.runs().Write(indices, rows);
}

absl::Status RunWriter::WriteToTree(const RunRecord& record, bool repeated,
                                    std::vector<Stamped>* stamped) {
  CPPET_ASSIGN_OR_RETURN(const StoredComments comments,
                         NoteLeaves(record, repeated));
  const RunStamp* stamp =
      hdf5_file_.can_append() ? stamps_->Find(record, comments) : nullptr;
  if (stamp == nullptr) return WriteRecord(record, comments);
  stamped->push_back({&record, stamp});
  return absl::OkStatus();
}

// A run whose results are columns has no group that tells that it is there, but
// it is completed.
absl::Status RunWriter::CheckNotInColumns(
    const std::vector<const RunRecord*>& records) {
  std::vector<int64_t> stored;
  for (const RunRecord* record : records) {
    const int64_t index = record->index;
    const bool is_written =
        index < static_cast<int64_t>(written_.size()) && written_[index];
    if (is_written || !columns_->was_empty()) stored.push_back(index);
  }
  if (stored.empty()) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const std::vector<int64_t> completed,
                         file_.runs().CompletedAmong(stored));
  if (completed.empty()) return absl::OkStatus();
  return StatusAt(
      file_.group(),
      absl::StrCat(RunName(completed.front()), " is completed already"),
      absl::StatusCode::kAlreadyExists);
}

absl::StatusOr<std::vector<RunWriter::Split>> RunWriter::SplitRecords(
    const Trajectory& trajectory, const std::vector<const RunRecord*>& records,
    Rows* rows) {
  if (!looked_for_columns_) {
    CPPET_ASSIGN_OR_RETURN(columns_, file_.OpenColumns());
    looked_for_columns_ = true;
  }
  if (columns_ != nullptr) CPPET_RETURN_IF_ERROR(CheckNotInColumns(records));
  // Threads help only with columns: what goes into the tree takes far longer.
  struct Slice {
    absl::Span<const RunRecord* const> records;
    Rows rows;
    ColumnsWriter::Part columns;
  };
  std::vector<Slice> slices;
  const size_t length = columns_ != nullptr ? kSliceRecords : records.size();
  for (size_t i = 0; i < records.size(); i += length) {
    slices.push_back({absl::MakeSpan(records).subspan(i, length),
                      file_.runs().NoRows(), ColumnsWriter::Part()});
  }
  ParallelFor(slices.size(), [&](size_t i) {
    Slice& slice = slices[i];
    TimeFormatter time;
    slice.rows.Reserve(slice.records.size());
    for (const RunRecord* record : slice.records) {
      AddRowOf(trajectory, *record, file_.runs(), &time, &slice.rows);
    }
    if (columns_ != nullptr) slice.columns = columns_->Match(slice.records);
  });
  std::vector<ColumnSet::Leaves> in_columns;
  in_columns.reserve(records.size());
  rows->Reserve(records.size());
  for (Slice& slice : slices) {
    rows->AddAll(slice.rows);
    if (columns_ == nullptr) continue;
    for (ColumnSet::Leaves& leaves :
         columns_->Take(slice.records, std::move(slice.columns))) {
      in_columns.push_back(std::move(leaves));
    }
  }
  in_columns.resize(records.size());
  std::vector<Split> splits(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const RunRecord& record = *records[i];
    const ColumnSet::Leaves& taken = in_columns[i];
    splits[i].record = &record;
    splits[i].tree = &record;
    if (!absl::c_linear_search(taken, true)) continue;
    splits[i].tree = nullptr;
    if (absl::c_linear_search(taken, false) || !record.groups.empty()) {
      splits[i].rest = WithoutLeaves(record, taken);
      splits[i].tree = splits[i].rest.get();
    }
  }
  return splits;
}

}  // namespace cppet::hdf5
