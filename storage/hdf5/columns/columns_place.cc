#include "cppet/storage/hdf5/columns/columns_place.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/columns/column_name.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/trajectory/names.h"

namespace cppet::hdf5 {
namespace {

constexpr char kMarker[] = "CPPET_RUN_COLUMNS";
constexpr int64_t kFormat = 1;

std::string Prefix(const std::string& column) {
  return absl::StrCat("SRVC_COLUMN_", column, "_");
}

std::string CommentAttribute(const std::string& column) {
  return absl::StrCat("CPPET_COLUMN_", column, "_COMMENT");
}

Recall RecallOfColumn(const RunColumn& column) {
  const std::string zero(ItemSize(column.dtype), '\0');
  return RecallOf(Value::Scalar(column.dtype, column.flavor, zero));
}

}  // namespace

Handle FindColumnsLeaf(hid_t trajectory) {
  const std::string branch(FirstPart(kColumnsLeaf));
  if (!HasLink(trajectory, branch)) return Handle();
  const absl::StatusOr<Handle> results = OpenObject(trajectory, branch);
  const std::string name(LastPart(kColumnsLeaf));
  if (!results.ok() || !IsGroup(results->get()) ||
      !HasLink(results->get(), name)) {
    return Handle();
  }
  absl::StatusOr<Handle> leaf = OpenObject(results->get(), name);
  if (!leaf.ok() || !IsColumnsLeaf(leaf->get())) return Handle();
  return *std::move(leaf);
}

bool IsColumnsLeaf(hid_t group) {
  return IsGroup(group) && ReadInteger(group, kMarker) == kFormat;
}

absl::StatusOr<Handle> CreateColumnsLeaf(hid_t trajectory,
                                         const Filters& filters) {
  CPPET_ASSIGN_OR_RETURN(
      const Handle results,
      OpenOrCreateGroup(trajectory, std::string(FirstPart(kColumnsLeaf)),
                        filters));
  CPPET_ASSIGN_OR_RETURN(
      Handle leaf,
      CreateGroup(results.get(), std::string(LastPart(kColumnsLeaf)), filters));
  CPPET_RETURN_IF_ERROR(WriteInteger(leaf.get(), kMarker, kFormat));
  return leaf;
}

absl::StatusOr<ColumnTable> CreateColumnTable(
    hid_t leaf, const std::string& name, const std::vector<RunColumn>& columns,
    const Rows& rows, const TableOptions& options) {
  CPPET_ASSIGN_OR_RETURN(Table table, Table::Create(leaf, name, rows, options));
  const hid_t id = table.id();
  CPPET_RETURN_IF_ERROR(WriteText(id, "SRVC_STORE", "TABLE"));
  CPPET_RETURN_IF_ERROR(
      WriteRecall(id, Prefix(kRunColumn), RecallOf(Value(int64_t{0}))));
  for (const RunColumn& column : columns) {
    const std::string spelled = SpellColumn(column.result, column.item);
    CPPET_RETURN_IF_ERROR(
        WriteRecall(id, Prefix(spelled), RecallOfColumn(column)));
    if (column.comment.empty()) continue;
    CPPET_RETURN_IF_ERROR(
        WriteText(id, CommentAttribute(spelled).c_str(), column.comment));
  }
  return ColumnTable{std::move(table), columns};
}

absl::StatusOr<ColumnTable> OpenColumnTable(hid_t leaf,
                                            const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(Table table, Table::Open(leaf, name));
  const hid_t id = table.id();
  const auto damaged = [id](absl::string_view what) {
    return StatusAt(id, what, absl::StatusCode::kDataLoss);
  };
  const auto& places = table.layout()->columns();
  if (places.empty() || places[0].name != kRunColumn ||
      places[0].element.dtype != DType::kInt64) {
    return damaged("its first column is not that of the runs");
  }
  std::vector<RunColumn> columns;
  for (size_t i = 1; i < places.size(); ++i) {
    const RowLayout::Column& place = places[i];
    const absl::StatusOr<Decoder> decoder =
        Decoder::Create(place.element, {}, ReadRecall(id, Prefix(place.name)));
    if (!decoder.ok()) {
      return damaged(absl::StrCat("column ", place.name, ": ",
                                  decoder.status().message()));
    }
    if (decoder->form() != Form::kScalar ||
        place.element.total_size() != ItemSize(place.element.dtype)) {
      return damaged(absl::StrCat("column ", place.name, " has no scalars"));
    }
    RunColumn& column = columns.emplace_back();
    std::tie(column.result, column.item) = ReadColumnName(place.name);
    if (!CheckNodeName(absl::StrCat("results.runs.", column.result)).ok()) {
      return damaged(absl::StrCat("column ", place.name, " is no result"));
    }
    column.dtype = place.element.dtype;
    column.flavor = decoder->flavor();
    column.comment =
        ReadText(id, CommentAttribute(place.name).c_str()).value_or("");
  }
  return ColumnTable{std::move(table), std::move(columns)};
}

absl::StatusOr<std::vector<ColumnTable>> OpenColumnTables(hid_t leaf) {
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> links, ListLinks(leaf));
  std::vector<ColumnTable> tables;
  for (const Link& link : links) {
    if (!link.hard) continue;
    CPPET_ASSIGN_OR_RETURN(ColumnTable table, OpenColumnTable(leaf, link.name));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace cppet::hdf5
