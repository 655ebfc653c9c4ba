#include "cppet/storage/hdf5/overview/overview.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

// A table of nodes is for looking at and ends there; summaries have no limit.
constexpr int64_t kMaxRows = 1000;
// Of a range, in the table of explored parameters.
constexpr int64_t kMaxRangeValues = 351;

constexpr char kExploredTable[] = "explored_parameters_overview";

struct TableKind {
  absl::string_view name;
  bool Hdf5Settings::*wanted;
  std::shared_ptr<const RowLayout> (*layout)();
  bool is_summary;
  // Expected rows, or some of them.
  int64_t chunk_rows;
};

constexpr TableKind kTables[] = {
    {"config_overview", &Hdf5Settings::config_overview, NodeLayout, false, 32},
    {"parameters_overview", &Hdf5Settings::parameters_overview, NodeLayout,
     false, 16},
    {kExploredTable, &Hdf5Settings::explored_parameters_overview,
     ExploredNodeLayout, false, 8},
    {"derived_parameters_overview", &Hdf5Settings::derived_parameters_overview,
     NodeLayout, false, 32},
    {"results_overview", &Hdf5Settings::results_overview, NodeLayout, false,
     32},
    {"derived_parameters_summary", &Hdf5Settings::derived_parameters_summary,
     SummaryLayout, true, 16},
    {"results_summary", &Hdf5Settings::results_summary, SummaryLayout, true,
     16},
};

const TableKind* FindTable(absl::string_view name) {
  for (const TableKind& kind : kTables) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

// These tables are for looking at: fast is better than small.
TableOptions OptionsFor(const TableKind& kind) {
  TableOptions options;
  options.title = kind.name;
  options.filters.complevel = 1;
  options.filters.shuffle = false;
  options.chunk_rows = kind.chunk_rows;
  return options;
}

std::string RangeText(const Range& range) {
  std::string text;
  for (int64_t i = 0;
       i < std::min(range.size(), kMaxRangeValues) && text.size() <= kRangeSize;
       ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ",
                    PythonRepr(range[i], kRangeSize));
  }
  return FitText(text, kRangeSize);
}

// The run that a leaf is of, by a part of its name; kNoRun if it is of none.
int64_t RunOf(absl::string_view full_name) {
  for (const absl::string_view part : absl::StrSplit(full_name, '.')) {
    const int64_t run = RunIndex(part);
    if (run != kNoRun) return run;
  }
  return kNoRun;
}

void WriteRow(const OverviewEntry& entry, absl::string_view digest,
              Rows* rows) {
  const RowLayout& layout = rows->layout();
  const absl::string_view location = ParentPart(entry.full_name);
  const absl::string_view name = LastPart(entry.full_name);
  rows->Add();
  rows->SetText(layout.Find("location"), location);
  rows->SetText(layout.Find("name"), name);
  rows->SetText(layout.Find("value"), FitText(entry.value(), kValueSize));
  rows->SetText(layout.Find("comment"), FitText(entry.comment, kCommentSize));
  rows->SetText(layout.Find("hexdigest"), digest);
  if (entry.range != nullptr) {
    rows->SetInteger(layout.Find("length"), entry.range->size());
    const int range = layout.Find("range");
    if (range >= 0) rows->SetText(range, RangeText(*entry.range));
  }
}

}  // namespace

absl::StatusOr<Overview::State*> Overview::Get(absl::string_view name) {
  const auto it = states_.find(name);
  if (it != states_.end()) return it->second.get();
  const TableKind* kind = FindTable(name);
  std::unique_ptr<State>& state =
      states_.emplace(std::string(name), nullptr).first->second;
  if (kind == nullptr) return nullptr;
  if (HasLink(group_, std::string(name))) {
    auto opened = std::make_unique<State>();
    CPPET_ASSIGN_OR_RETURN(opened->table,
                           Table::Open(group_, std::string(name)));
    opened->pending.emplace(opened->table->layout());
    if (kind->is_summary) {
      CPPET_ASSIGN_OR_RETURN(const Rows rows, opened->table->ReadColumns(
                                                  {"hexdigest", "location"}));
      const int digest = rows.layout().Find("hexdigest");
      const int location = rows.layout().Find("location");
      for (int64_t i = 0; i < rows.size(); ++i) {
        opened->digests.emplace(rows.Text(i, digest),
                                RunOf(rows.Text(i, location)));
      }
    }
    state = std::move(opened);
  } else if (settings_.*kind->wanted) {
    state = std::make_unique<State>();
    state->pending.emplace(kind->layout());
  }
  return state.get();
}

absl::Status Overview::WantTables() {
  for (const TableKind& kind : kTables) {
    CPPET_RETURN_IF_ERROR(Get(kind.name).status());
  }
  return absl::OkStatus();
}

absl::Status Overview::AddNodeRow(absl::string_view table,
                                  const OverviewEntry& entry) {
  CPPET_ASSIGN_OR_RETURN(State * state, Get(table));
  if (state == nullptr) return absl::OkStatus();
  const int64_t stored = state->table ? state->table->num_rows() : 0;
  if (stored + state->pending->size() < kMaxRows) {
    WriteRow(entry, "", &*state->pending);
  }
  return absl::OkStatus();
}

absl::Status Overview::AddExplored(const OverviewEntry& entry) {
  return AddNodeRow(kExploredTable, entry);
}

absl::Status Overview::UpdateExplored(const OverviewEntry& entry) {
  CPPET_ASSIGN_OR_RETURN(State * state, Get(kExploredTable));
  if (state == nullptr || !state->table.has_value()) return AddExplored(entry);
  CPPET_ASSIGN_OR_RETURN(const Rows rows,
                         state->table->Read(0, state->table->num_rows()));
  const absl::string_view location = ParentPart(entry.full_name);
  const absl::string_view name = LastPart(entry.full_name);
  const int locations = rows.layout().Find("location");
  const int names = rows.layout().Find("name");
  for (int64_t i = 0; i < rows.size(); ++i) {
    if (rows.Text(i, locations) != location || rows.Text(i, names) != name) {
      continue;
    }
    Rows row(rows.shared_layout());
    WriteRow(entry, "", &row);
    return state->table->Write(i, row);
  }
  return AddExplored(entry);
}

absl::Status Overview::AddRow(const OverviewEntry& entry) {
  const absl::string_view branch = FirstPart(entry.full_name);
  CPPET_RETURN_IF_ERROR(AddNodeRow(absl::StrCat(branch, "_overview"), entry));
  if (entry.range == nullptr || branch != "parameters") return absl::OkStatus();
  return AddExplored(entry);
}

absl::StatusOr<bool> Overview::AddComment(const OverviewEntry& entry) {
  CPPET_ASSIGN_OR_RETURN(
      State * summary,
      Get(absl::StrCat(FirstPart(entry.full_name), "_summary")));
  if (summary == nullptr) return false;
  std::string digest = Sha1Hex(entry.comment);
  if (summary->digests.contains(digest)) return false;
  WriteRow(entry, digest, &*summary->pending);
  summary->digests.emplace(std::move(digest), RunOf(entry.full_name));
  return true;
}

absl::StatusOr<bool> Overview::MoveComment(const OverviewEntry& entry,
                                           State& summary) {
  const std::string digest = Sha1Hex(entry.comment);
  const auto owner = summary.digests.find(digest);
  // Runs that are stored together come in their order, so that a row which is
  // not written yet is never of a later one.
  if (owner == summary.digests.end() || owner->second <= 0 ||
      !summary.table.has_value()) {
    return false;
  }
  const int64_t run = RunOf(entry.full_name);
  if (run == kNoRun || run >= owner->second) return false;
  CPPET_ASSIGN_OR_RETURN(const Rows rows,
                         summary.table->Read(0, summary.table->num_rows()));
  const RowLayout& layout = rows.layout();
  for (int64_t i = 0; i < rows.size(); ++i) {
    if (rows.Text(i, layout.Find("hexdigest")) != digest) continue;
    uncommented_.push_back(absl::StrCat(rows.Text(i, layout.Find("location")),
                                        ".",
                                        rows.Text(i, layout.Find("name"))));
    Rows row(rows.shared_layout());
    WriteRow(entry, digest, &row);
    owner->second = run;
    CPPET_RETURN_IF_ERROR(summary.table->Write(i, row));
    return true;
  }
  return false;
}

absl::StatusOr<bool> Overview::Add(const OverviewEntry& entry) {
  CPPET_RETURN_IF_ERROR(AddRow(entry));
  if (entry.comment.empty()) return false;
  CPPET_ASSIGN_OR_RETURN(
      State * summary,
      Get(absl::StrCat(FirstPart(entry.full_name), "_summary")));
  if (summary == nullptr) return true;
  CPPET_ASSIGN_OR_RETURN(const bool first, AddComment(entry));
  if (first || !settings_.purge_duplicate_comments) return true;
  return MoveComment(entry, *summary);
}

absl::Status Overview::RemoveRows(
    const absl::flat_hash_set<std::string>& full_names, bool comments) {
  CPPET_RETURN_IF_ERROR(Flush());
  for (const TableKind& kind : kTables) {
    if (!HasLink(group_, std::string(kind.name))) continue;
    if (kind.is_summary && !comments) continue;
    CPPET_ASSIGN_OR_RETURN(Table table,
                           Table::Open(group_, std::string(kind.name)));
    CPPET_ASSIGN_OR_RETURN(const Rows rows, table.Read(0, table.num_rows()));
    const int location = rows.layout().Find("location");
    const int name = rows.layout().Find("name");
    Rows kept(table.layout());
    for (int64_t i = 0; i < rows.size(); ++i) {
      const std::string full_name =
          absl::StrCat(rows.Text(i, location), ".", rows.Text(i, name));
      if (!full_names.contains(full_name)) kept.AddCopy(rows, i);
    }
    if (kept.size() == rows.size()) continue;
    CPPET_RETURN_IF_ERROR(table.Write(0, kept));
    CPPET_RETURN_IF_ERROR(table.Truncate(kept.size()));
    // It is opened anew when it is used.
    states_.erase(std::string(kind.name));
  }
  return absl::OkStatus();
}

absl::Status Overview::Flush() {
  for (auto& [name, state] : states_) {
    if (state == nullptr) continue;
    if (state->table.has_value()) {
      CPPET_RETURN_IF_ERROR(state->table->Append(*state->pending));
    } else {
      CPPET_ASSIGN_OR_RETURN(state->table,
                             Table::Create(group_, name, *state->pending,
                                           OptionsFor(*FindTable(name))));
    }
    state->pending->clear();
  }
  return absl::OkStatus();
}

}  // namespace cppet::hdf5
