#include "cppet/tools/lib/column_source.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet {
namespace {

// That are read at a time, of all columns together.
constexpr int64_t kMaxValues = 2 << 20;

}  // namespace

std::optional<Value> ColumnCells::At(int64_t run, size_t column) {
  Slice& slice = slices_[column];
  if (!slice.Has(run)) {
    if (!status_.ok()) return std::nullopt;
    slice.wanted = true;
    Read(run);
    if (!status_.ok()) return std::nullopt;
  }
  return slice.values.At(source_.columns[column], run - slice.first);
}

void ColumnCells::WantAll() {
  for (Slice& slice : slices_) slice.wanted = true;
}

void ColumnCells::Read(int64_t first) {
  std::vector<size_t> columns;
  for (size_t i = 0; i < slices_.size(); ++i) {
    if (slices_[i].wanted && !slices_[i].Has(first)) columns.push_back(i);
  }
  const int64_t most = kMaxValues / static_cast<int64_t>(columns.size());
  const int64_t count = std::min(std::max<int64_t>(1, most), runs_ - first);
  absl::StatusOr<std::vector<RunColumnValues>> values =
      source_.read(columns, first, count);
  if (!values.ok()) {
    status_ = values.status();
    return;
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    slices_[columns[i]].first = first;
    slices_[columns[i]].count = count;
    slices_[columns[i]].values = std::move((*values)[i]);
  }
}

absl::Status AddRunResults(const ColumnSource& source, int64_t run,
                           Trajectory* trajectory) {
  std::vector<size_t> all(source.columns.size());
  std::iota(all.begin(), all.end(), size_t{0});
  if (all.empty()) return absl::OkStatus();
  CPPET_ASSIGN_OR_RETURN(const std::vector<RunColumnValues> values,
                         source.read(all, run, 1));
  for (size_t i = 0; i < all.size(); ++i) {
    const RunColumn& column = source.columns[i];
    const std::optional<Value> value = values[i].At(column, 0);
    if (!value.has_value()) continue;
    const std::string name =
        absl::StrCat("results.runs.", RunName(run), ".", column.result);
    Tree& tree = trajectory->tree();
    Node* node = tree.FindExact(name);
    if (node == nullptr) {
      const std::string parent(ParentPart(name));
      CPPET_RETURN_IF_ERROR(tree.AddGroup(parent).status());
      auto result = std::make_unique<Result>(std::string(LastPart(name)),
                                             Items{{column.item, *value}});
      result->set_comment(column.comment);
      CPPET_RETURN_IF_ERROR(tree.Add(parent, std::move(result)).status());
    } else if (node->kind() == Node::Kind::kResult) {
      auto* result = static_cast<Result*>(node);
      if (result->Item(column.item) != nullptr) continue;
      Items items = result->items();
      items.emplace_back(column.item, *value);
      result->set_items(std::move(items));
    }
  }
  return absl::OkStatus();
}

}  // namespace cppet
