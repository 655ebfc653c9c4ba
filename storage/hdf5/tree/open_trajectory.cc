#include "cppet/storage/hdf5/tree/open_trajectory.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/columns/columns_place.h"
#include "cppet/storage/hdf5/overview/explorations.h"
#include "cppet/storage/hdf5/overview/overview_rows.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/storage/hdf5/tree/node_attributes.h"

namespace cppet::hdf5 {
namespace {

constexpr char kColumnsComment[] =
    "Scalar results of the runs: a table for each set of results, with a row "
    "for each run";

TableOptions SmallTable(absl::string_view title) {
  TableOptions options;
  options.title = title;
  options.filters.complevel = 1;
  options.filters.shuffle = false;
  return options;
}

absl::Status WriteInfo(hid_t overview, const Trajectory& trajectory,
                       const WriterOptions& options) {
  InfoRow info;
  info.name = trajectory.name();
  info.time = trajectory.time();
  info.length = trajectory.length();
  info.timestamp = trajectory.timestamp();
  info.comment = trajectory.comment();
  info.python = options.language;
  info.version = options.version;
  Rows rows(InfoLayout());
  AddInfoRow(info, &rows);
  return Table::Create(overview, kInfoTable, rows, SmallTable(kInfoTable))
      .status();
}

absl::Status WriteSettings(hid_t overview, const Hdf5Settings& settings) {
  Rows rows(SettingsLayout());
  AddSettingsRow(settings, &rows);
  return Table::Create(overview, kSettingsTable, rows,
                       SmallTable(kSettingsTable))
      .status();
}

absl::Status UpdateLength(hid_t overview, int64_t length) {
  CPPET_ASSIGN_OR_RETURN(Table table, Table::Open(overview, kInfoTable));
  if (table.num_rows() < 1) {
    return StatusAt(table.id(), "it has no rows", absl::StatusCode::kDataLoss);
  }
  CPPET_ASSIGN_OR_RETURN(Rows rows, table.Read(0, 1));
  rows.SetInteger(rows.layout().Find("length"), length);
  return table.Write(0, rows);
}

}  // namespace

OpenTrajectory::OpenTrajectory(Handle group, Handle overview_group,
                               const WriterOptions& options)
    : group_(std::move(group)),
      overview_group_(std::move(overview_group)),
      item_format_(options.item_format),
      layout_(options.layout),
      classes_(options.classes),
      overview_(overview_group_.get(), options.settings) {}

absl::StatusOr<std::unique_ptr<OpenTrajectory>> OpenTrajectory::Create(
    hid_t root, const Trajectory& trajectory, const WriterOptions& options) {
  const Filters& filters = options.item_format.filters;
  CPPET_ASSIGN_OR_RETURN(Handle group, CreateGroup(root, trajectory.name(),
                                                   filters, trajectory.name()));
  CPPET_RETURN_IF_ERROR(WriteComment(group.get(), trajectory.comment()));
  CPPET_ASSIGN_OR_RETURN(
      Handle overview, CreateGroup(group.get(), kOverview, filters, kOverview));
  auto open = absl::WrapUnique(
      new OpenTrajectory(std::move(group), std::move(overview), options));
  const hid_t tables = open->overview_group_.get();
  CPPET_RETURN_IF_ERROR(WriteInfo(tables, trajectory, options));
  CPPET_ASSIGN_OR_RETURN(
      RunTable runs,
      RunTable::Create(tables, trajectory,
                       {.compact = options.layout == ResultLayout::kColumns,
                        .complevel = filters.complevel}));
  open->runs_ = std::make_unique<RunTable>(std::move(runs));
  CPPET_RETURN_IF_ERROR(open->WriteExplorations(trajectory));
  CPPET_RETURN_IF_ERROR(WriteSettings(tables, options.settings));
  CPPET_RETURN_IF_ERROR(open->overview_.WantTables());
  return open;
}

absl::StatusOr<std::unique_ptr<OpenTrajectory>> OpenTrajectory::Open(
    hid_t root, const std::string& name, const WriterOptions& options) {
  CPPET_ASSIGN_OR_RETURN(Handle group, OpenObject(root, name));
  CPPET_ASSIGN_OR_RETURN(Handle overview, OpenObject(group.get(), kOverview));
  auto open = absl::WrapUnique(
      new OpenTrajectory(std::move(group), std::move(overview), options));
  CPPET_ASSIGN_OR_RETURN(RunTable runs,
                         RunTable::Open(open->overview_group_.get()));
  open->runs_ = std::make_unique<RunTable>(std::move(runs));
  return open;
}

absl::StatusOr<std::unique_ptr<ColumnsWriter>> OpenTrajectory::OpenColumns()
    const {
  if (layout_ == ResultLayout::kTree && !FindColumnsLeaf(group()).ok()) {
    return nullptr;
  }
  return OpenOrMakeColumns();
}

absl::StatusOr<std::unique_ptr<ColumnsWriter>>
OpenTrajectory::OpenOrMakeColumns() const {
  return ColumnsWriter::Open(
      group(), {.filters = item_format_.filters, .length = runs_->size()});
}

absl::Status OpenTrajectory::FlushColumns(ColumnsWriter* columns) {
  CPPET_ASSIGN_OR_RETURN(const bool is_new, columns->Flush());
  if (!is_new) return absl::OkStatus();
  const Handle leaf = FindColumnsLeaf(group());
  if (!leaf.ok()) return ErrorAt(group(), "cannot find its columns");
  CPPET_RETURN_IF_ERROR(WriteLeafClass(leaf.get(), "Result"));
  OverviewEntry entry;
  entry.full_name = kColumnsLeaf;
  entry.comment = kColumnsComment;
  entry.value = [] { return std::string("tables with a row for each run"); };
  CPPET_ASSIGN_OR_RETURN(const bool is_first, overview_.Add(entry));
  return is_first ? WriteComment(leaf.get(), kColumnsComment)
                  : absl::OkStatus();
}

std::string OpenTrajectory::PathTo(absl::string_view full_name) const {
  return absl::StrCat(PathOf(group()), "/",
                      absl::StrReplaceAll(full_name, {{".", "/"}}));
}

absl::Status OpenTrajectory::Update(const Trajectory& trajectory) {
  const int64_t length = trajectory.length();
  if (runs_->size() > length) {
    return StatusAt(
        group(),
        absl::StrCat("there are ", runs_->size(),
                     " runs already, so it cannot have only ", length),
        absl::StatusCode::kFailedPrecondition);
  }
  if (runs_->size() < length) {
    CPPET_RETURN_IF_ERROR(runs_->Extend(trajectory));
    CPPET_RETURN_IF_ERROR(UpdateLength(overview_group_.get(), length));
  }
  return WriteExplorations(trajectory);
}

absl::Status OpenTrajectory::WriteExplorations(const Trajectory& trajectory) {
  const hid_t tables = overview_group_.get();
  const std::vector<std::string> names = trajectory.explored_names();
  CPPET_ASSIGN_OR_RETURN(const std::optional<std::vector<std::string>> stored,
                         ReadExplorations(tables));
  if (stored.has_value()) {
    if (std::is_permutation(stored->begin(), stored->end(), names.begin(),
                            names.end())) {
      return absl::OkStatus();
    }
    // A longer name may need a wider column.
    CPPET_RETURN_IF_ERROR(RemoveLink(tables, kExplorationsTable));
  }
  size_t name_size = 0;
  for (const std::string& name : names) {
    name_size = std::max(name_size, name.size());
  }
  Rows rows(ExplorationsLayout(name_size));
  for (const std::string& name : names) {
    rows.Add();
    rows.SetText(0, name);
  }
  TableOptions options = SmallTable("");
  options.chunk_rows = std::max<int64_t>(1, names.size());
  return Table::Create(tables, kExplorationsTable, rows, options).status();
}

}  // namespace cppet::hdf5
